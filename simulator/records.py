"""The carrier's records: every call and recording of the account, and the queued calls.

They are only in memory: they contain callers' numbers in clear text, which we never write to a disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.fields import Parties, RecordingFields

INBOUND, BY_API = "inbound", "outbound-api"
OVER = frozenset(("completed", "busy", "failed", "no-answer", "canceled"))
ALL_EVENTS = frozenset(("initiated", "ringing", "answered", "completed"))


@dataclass(frozen=True)
class PlacedCallOptions:
    """What our server asked for when it had a call placed."""

    url: str
    fallback: str | None = None
    status_url: str | None = None
    events: frozenset[str] = frozenset(("completed",))
    ring_seconds: int = 60


@dataclass(eq=False)
class SimulatedCdr:
    """A call as the records have it. `seconds` count from the answer; None where there was none, or while it lasts."""

    sid: str
    to: str = field(repr=False)
    shown: str = field(repr=False)
    direction: str
    parent: str | None
    via: str | None
    made_at: datetime
    status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    order: PlacedCallOptions | None = None
    to_end: bool = False
    """our server wants it to end"""
    price: str | None = None
    """what the carrier takes for it by another reckoning than its price list, as a decimal number"""

    @property
    def over(self) -> bool:
        return self.status in OVER

    def end(self, status: str, at: datetime, seconds: int | None) -> None:
        self.status, self.ended_at = status, at
        self.seconds = seconds if status == "completed" else None


@dataclass(frozen=True)
class SimulatedRecording:
    """A recording; `status` is `absent` where nothing at all was said, `silent` where no word is in it."""

    recording: RecordingFields
    status: str
    silent: bool = False

    @property
    def sid(self) -> str:
        return self.recording.sid


SimulatedRecord = SimulatedCdr | SimulatedRecording


def ignore_record(_: SimulatedRecord) -> None:
    """Nobody else has to know."""


class SimulatedRecords:
    """All of it, by SID. `on_change` is given each call that has ended, and each recording."""

    def __init__(self, on_change: Callable[[SimulatedRecord], None] = ignore_record) -> None:
        self.calls: dict[str, SimulatedCdr] = {}
        self.recordings: dict[str, SimulatedRecording] = {}
        self._queued: deque[SimulatedCdr] = deque()
        self._on_change = on_change

    def add_call(self, parties: Parties, now: datetime, status: str = "queued") -> SimulatedCdr:
        """A call is entered; one that is queued starts later."""
        started = None if status == "queued" else now
        call = SimulatedCdr(
            sid=parties.sid,
            to=parties.called,
            shown=parties.caller,
            direction=parties.direction,
            parent=parties.parent,
            via=parties.via,
            made_at=now,
            status=status,
            started_at=started,
        )
        self.calls[call.sid] = call
        return call

    def queue_call(self, parties: Parties, order: PlacedCallOptions, now: datetime) -> SimulatedCdr:
        """A call that our server has placed waits for its turn."""
        call = self.add_call(parties, now)
        call.order = order
        self._queued.append(call)
        return call

    def next_queued(self) -> SimulatedCdr | None:
        """The call that has waited longest, which waits no more."""
        return self._queued.popleft() if self._queued else None

    def end_call(self, call: SimulatedCdr, status: str, now: datetime, seconds: int | None) -> None:
        """A call has ended; it does so once."""
        if not call.over:
            call.end(status, now, seconds)
            self._on_change(call)

    def add_recording(self, recording: SimulatedRecording) -> None:
        self.recordings[recording.sid] = recording
        self._on_change(recording)
