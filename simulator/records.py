"""The carrier's books: every call and recording of the account, and the calls that wait to be placed.

They are kept in memory alone: they hold callers' numbers in the clear, which nothing of ours writes to a disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.fields import Parties, Recording

INBOUND, BY_API = "inbound", "outbound-api"
OVER = frozenset(("completed", "busy", "failed", "no-answer", "canceled"))
ALL_EVENTS = frozenset(("initiated", "ringing", "answered", "completed"))


@dataclass(frozen=True)
class Order:
    """What our server asked for when it had a call placed."""

    url: str
    fallback: str | None = None
    status_url: str | None = None
    events: frozenset[str] = frozenset(("completed",))
    ring_seconds: int = 60


@dataclass(eq=False)
class BookedCall:
    """A call as the books have it. `seconds` count from the answer; None where there was none, or while it lasts."""

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
    order: Order | None = None
    to_end: bool = False
    """our server wants it to end"""
    price: str | None = None
    """what the carrier takes for it by another reckoning than its price list, as a decimal number"""

    @property
    def over(self) -> bool:
        return self.status in OVER

    def ends(self, status: str, at: datetime, seconds: int | None) -> None:
        self.status, self.ended_at = status, at
        self.seconds = seconds if status == "completed" else None


@dataclass(frozen=True)
class BookedRecording:
    """A recording; `status` is `absent` where nothing at all was said, `silent` where no word is in it."""

    recording: Recording
    status: str
    silent: bool = False

    @property
    def sid(self) -> str:
        return self.recording.sid


Entry = BookedCall | BookedRecording


def keep_to_oneself(_: Entry) -> None:
    """Nobody else has to know."""


class Books:
    """All of it, by SID. `told` is given each call that has ended, and each recording."""

    def __init__(self, told: Callable[[Entry], None] = keep_to_oneself) -> None:
        self.calls: dict[str, BookedCall] = {}
        self.recordings: dict[str, BookedRecording] = {}
        self._queued: deque[BookedCall] = deque()
        self._told = told

    def opens(self, parties: Parties, now: datetime, status: str = "queued") -> BookedCall:
        """A call is entered; one that is queued starts later."""
        started = None if status == "queued" else now
        call = BookedCall(
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

    def queues(self, parties: Parties, order: Order, now: datetime) -> BookedCall:
        """A call that our server has placed waits for its turn."""
        call = self.opens(parties, now)
        call.order = order
        self._queued.append(call)
        return call

    def next_queued(self) -> BookedCall | None:
        """The call that has waited longest, which waits no more."""
        return self._queued.popleft() if self._queued else None

    def closes(self, call: BookedCall, status: str, now: datetime, seconds: int | None) -> None:
        """A call has ended; it does so once."""
        if not call.over:
            call.ends(status, now, seconds)
            self._told(call)

    def keeps(self, recording: BookedRecording) -> None:
        self.recordings[recording.sid] = recording
        self._told(recording)
