"""Rings one telephone: somebody picks up or nobody does, and our server gets the progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.active_call import ActiveCall
from simulator.behavior import CallPhase, CenterBehavior, RingOutcome
from simulator.events import LegAnswered, RingingStarted
from simulator.fields import Fields, Parties
from simulator.records import SimulatedCdr
from simulator.trace import RequestKind

SECONDS_TO_FAIL = 2.0
AT_ONCE = {RingOutcome.BUSY: "busy", RingOutcome.FAILED: "failed"}
EVENT_STATUS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}

StatusFields = Callable[[Parties, str, datetime, int, int | None], Fields]


@dataclass(frozen=True)
class StatusCallbacks:
    """Where our server wants to be told how a ringing proceeds, of which events, and with which fields."""

    kind: RequestKind
    fields: StatusFields
    url: str | None
    events: frozenset[str]


class Ringing:
    """From the first tone to what is reported of the end of whatever came of it."""

    def __init__(
        self,
        call: ActiveCall,
        rung: Parties,
        behavior: CenterBehavior,
        patience: int,
        callbacks: StatusCallbacks,
        stored: SimulatedCdr,
    ) -> None:
        self._call, self._rung, self._behavior, self._patience = call, rung, behavior, patience
        self._callbacks, self._stored = callbacks, stored
        self._began = call.clock.now()
        self._rang: float | None = None
        self._sequence = 0
        self.picked_up: datetime | None = None

    @property
    def rang(self) -> float:
        """The seconds until somebody picked up, or so far."""
        return (self._call.clock.now() - self._began).total_seconds() if self._rang is None else self._rang

    def start(self) -> None:
        self._stored.started_at = self._call.clock.now()
        self._call.note(RingingStarted(self._rung.called, self._rung.caller, self._patience))
        self._send_callback("initiated")

    def run(self) -> str:
        """Rings until somebody picks up (`completed`), or with the status of what ends it before."""
        if self._behavior.picks in AT_ONCE:
            self._call.spend(SECONDS_TO_FAIL)
            return AT_ONCE[self._behavior.picks]
        self._send_callback("ringing")
        self._call.begin(CallPhase.RINGING)
        if self._behavior.picks is RingOutcome.THE_CALLER_LEAVES:
            self._call.leave_within(self._behavior.seconds)
        return self._wait()

    def finish(self, status: str) -> int | None:
        """The end of it is told, and stored; the seconds since the answer, where there was one."""
        seconds = None
        if status == "completed" and self.picked_up:
            seconds = self._call.seconds_since(self.picked_up)
        self._call.records.end_call(self._stored, status, self._call.clock.now(), seconds)
        self._send_callback("completed", status, seconds or 0)
        return seconds

    def _wait(self) -> str:
        if not self._behavior.answers or self._behavior.rings > self._patience:
            self._call.spend(self._patience)
            return "no-answer"
        self._call.spend(self._behavior.rings)
        self._rang = self.rang
        self.picked_up = self._call.clock.now()
        self._call.note(LegAnswered(self._rung.called, self._rang))
        self._send_callback("answered")
        return "completed"

    def _send_callback(self, event: str, status: str | None = None, seconds: int | None = None) -> None:
        """A status callback, if it was asked for; only those are numbered."""
        status = status or EVENT_STATUS[event]
        if event in {"ringing", "answered"}:
            self._stored.status = status
        if self._callbacks.url is None or event not in self._callbacks.events:
            return
        told = self._callbacks.fields(self._rung, status, self._call.clock.now(), self._sequence, seconds)
        self._sequence += 1
        self._call.client.send_callback(self._callbacks.kind, self._callbacks.url, told)
