"""A call and its legs as they are stored: read under the call's lock, changed, and written back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callrouter import phone
from callrouter.calls.states import ARRANGING, ENDED, PROMISED, moved
from callrouter.database import Row, Session, Statement, inserting, selecting, updating
from callrouter.privacy.anonymous import is_anonymous


@dataclass(slots=True)
class Leg:
    """One attempt to connect a call to a center."""

    call: str
    number: int
    only_center: str
    center: str
    partner: str
    kind: str
    name: str
    phone: str
    ring_seconds: int
    screens: bool
    began_at: datetime
    sid: str | None = None
    progress: str = ""
    whispered_at: datetime | None = None
    taken_at: datetime | None = None
    carrier_seconds: int | None = None
    outcome: str | None = None
    talk_seconds: int | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.outcome is None


@dataclass(slots=True)
class Call:
    """What a caller started, identified by the carrier's CallSid."""

    sid: str
    arrived_at: datetime
    dialled: str
    route: str | None
    listing: str | None
    bound_listing: str | None
    helpline: str | None
    only_center: str
    caller: str
    """masked"""
    caller_match: str | None
    """None where the caller withheld the number; a name of nobody where the caller is forgotten"""
    state: str
    simulated: bool
    directory_version: int
    status: str
    turn: int
    attempts: int
    language: str
    shows_number: bool
    helpline_consent: str | None
    helpline_consent_at: datetime | None
    heard: str | None
    """the words before a key that can be a consent"""
    owed_by: str | None
    """the center that the caller was offered again, because it owes a return call"""
    outcome: str | None
    answered_by: str | None
    last_heard_at: datetime
    ended_at: datetime | None
    carrier_seconds: int | None
    reaped: bool
    spoken_seconds: int = 0
    """what the caller was given to listen to since the call came to its route"""
    legs: list[Leg] = field(default_factory=list)

    @property
    def number_known(self) -> bool:
        """Whether the caller's number is in the vault, so that the caller can be called back."""
        return self.caller_match is not None and not is_anonymous(self.caller_match)

    @property
    def forgotten(self) -> bool:
        """Whether the caller, whose number we had, has asked to be forgotten."""
        return self.caller != phone.WITHHELD and not self.number_known

    @property
    def can_be_called_back(self) -> bool:
        """Whether it is known when it is day where the caller is, too: nobody is called at night."""
        return self.number_known and phone.by_day_somewhere(self.caller)

    @property
    def ended(self) -> bool:
        return self.status == ENDED

    @property
    def latest_leg(self) -> Leg | None:
        return self.legs[-1] if self.legs else None

    def move(self, to: str) -> None:
        """Go to a state that the table allows from here."""
        self.status = moved(self.status, to)

    def promised(self) -> None:
        """A return call was promised. Whatever comes of the rest of this call, that stands."""
        self.move(ARRANGING)
        self.outcome = PROMISED

    def end(self, outcome: str, at: datetime) -> None:
        """The call is over: nothing more will be asked of the caller."""
        self.move(ENDED)
        self.outcome = outcome
        self.ended_at = self.ended_at or at


_COLUMNS = tuple(name for name in Call.__slots__ if name != "legs")
_LEG_COLUMNS = tuple(Leg.__slots__)
_MAY_CHANGE = (
    "route",
    "bound_listing",
    "helpline",
    "only_center",
    "status",
    "turn",
    "attempts",
    "language",
    "shows_number",
    "helpline_consent",
    "helpline_consent_at",
    "heard",
    "owed_by",
    "outcome",
    "answered_by",
    "last_heard_at",
    "ended_at",
    "carrier_seconds",
    "reaped",
    "spoken_seconds",
)
_OF_A_LEG_MAY_CHANGE = (
    "sid",
    "progress",
    "whispered_at",
    "taken_at",
    "carrier_seconds",
    "outcome",
    "talk_seconds",
    "closed_at",
)
LOCKED = selecting(_COLUMNS, "FROM call WHERE sid = :sid FOR UPDATE")
LEGS = selecting(_LEG_COLUMNS, "FROM leg WHERE call = :sid ORDER BY number")
_ADD = inserting(
    "call",
    _COLUMNS,
    # Null, and so refused, unless the call was decided by the directory in force.
    directory_version="(SELECT version FROM directory_head WHERE version = :directory_version)",
)
_SAVE = updating("call", _MAY_CHANGE, "sid = :sid")
_ADD_LEG = inserting("leg", _LEG_COLUMNS)
_SAVE_LEG = updating("leg", _OF_A_LEG_MAY_CHANGE, "call = :call AND number = :number")


def questions(sid: str) -> tuple[tuple[Statement, dict[str, Any]], tuple[Statement, dict[str, Any]]]:
    """What brings a call under its lock, to be asked along with others."""
    return (LOCKED, {"sid": sid}), (LEGS, {"sid": sid})


def from_rows(calls: list[Row], legs: list[Row]) -> Call | None:
    """The call from what the questions brought; None where there is none."""
    if not calls:
        return None
    call = Call(*calls[0])
    call.legs = [Leg(*row) for row in legs]
    return call


def locked(session: Session, sid: str) -> Call | None:
    """The call, locked until the end of the transaction."""
    return from_rows(*session.ask_all(*questions(sid)))


def add(session: Session, call: Call) -> None:
    """Store a new call. The commit raises StaleDirectory when its directory is not in force any more."""
    session.tell(_ADD, **_ADD.values_of(call))


def save(session: Session, call: Call) -> None:
    """Store what may have changed about a call."""
    session.tell(_SAVE, **_SAVE.values_of(call))


def add_leg(session: Session, leg: Leg) -> None:
    """Store a new leg; the database refuses one to another center than a listing call is bound to."""
    session.tell(_ADD_LEG, **_ADD_LEG.values_of(leg))


def save_leg(session: Session, leg: Leg) -> None:
    """Store what may have changed about a leg."""
    session.tell(_SAVE_LEG, **_SAVE_LEG.values_of(leg))
