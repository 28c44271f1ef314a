"""One telephone that is rung: somebody picks up, or nobody does, and our server is told how it proceeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.active_call import Ongoing
from simulator.behavior import CenterBehaviour, During, Picks
from simulator.events import PickedUp, Rings
from simulator.fields import Fields, Parties
from simulator.records import BookedCall
from simulator.trace import Kind

SECONDS_TO_FAIL = 2.0
AT_ONCE = {Picks.BUSY: "busy", Picks.FAILED: "failed"}
EVENT_STATUS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}

Told = Callable[[Parties, str, datetime, int, int | None], Fields]


@dataclass(frozen=True)
class Callbacks:
    """Where our server wants to be told how a ringing proceeds, of which events, and with which fields."""

    kind: Kind
    fields: Told
    url: str | None
    events: frozenset[str]


class Ringing:
    """From the first tone to what is reported of the end of whatever came of it."""

    def __init__(
        self,
        call: Ongoing,
        rung: Parties,
        behaviour: CenterBehaviour,
        patience: int,
        callbacks: Callbacks,
        booked: BookedCall,
    ) -> None:
        self._call, self._rung, self._behaviour, self._patience = call, rung, behaviour, patience
        self._callbacks, self._booked = callbacks, booked
        self._began = call.clock.now()
        self._rang: float | None = None
        self._sequence = 0
        self.picked_up: datetime | None = None

    @property
    def rang(self) -> float:
        """The seconds until somebody picked up, or so far."""
        return (self._call.clock.now() - self._began).total_seconds() if self._rang is None else self._rang

    def begins(self) -> None:
        self._booked.started_at = self._call.clock.now()
        self._call.note(Rings(self._rung.called, self._rung.caller, self._patience))
        self._tells("initiated")

    def runs(self) -> str:
        """Rings until somebody picks up (`completed`), or with the status of what ends it before."""
        if self._behaviour.picks in AT_ONCE:
            self._call.spend(SECONDS_TO_FAIL)
            return AT_ONCE[self._behaviour.picks]
        self._tells("ringing")
        self._call.begins(During.RINGING)
        if self._behaviour.picks is Picks.THE_CALLER_LEAVES:
            self._call.leaves_within(self._behaviour.seconds)
        return self._waits()

    def ends(self, status: str) -> int | None:
        """The end of it is told, and booked; the seconds since the answer, where there was one."""
        seconds = None
        if status == "completed" and self.picked_up:
            seconds = self._call.seconds_since(self.picked_up)
        self._call.books.closes(self._booked, status, self._call.clock.now(), seconds)
        self._tells("completed", status, seconds or 0)
        return seconds

    def _waits(self) -> str:
        if not self._behaviour.answers or self._behaviour.rings > self._patience:
            self._call.spend(self._patience)
            return "no-answer"
        self._call.spend(self._behaviour.rings)
        self._rang = self.rang
        self.picked_up = self._call.clock.now()
        self._call.note(PickedUp(self._rung.called, self._rang))
        self._tells("answered")
        return "completed"

    def _tells(self, event: str, status: str | None = None, seconds: int | None = None) -> None:
        """A status callback, if it was asked for; only those are numbered."""
        status = status or EVENT_STATUS[event]
        if event in {"ringing", "answered"}:
            self._booked.status = status
        if self._callbacks.url is None or event not in self._callbacks.events:
            return
        told = self._callbacks.fields(self._rung, status, self._call.clock.now(), self._sequence, seconds)
        self._sequence += 1
        self._call.asker.tell(self._callbacks.kind, self._callbacks.url, told)
