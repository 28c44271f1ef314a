"""A promise and its return calls as they are stored: read under the promise's lock, changed, and written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Row, Session, inserting, selecting, sql, updating

OPEN = "open"


@dataclass(slots=True)
class Promise:
    """A return call that a caller was promised: who owes it, until when, how often it was tried."""

    call: str
    owner: str | None
    listing: str | None
    helpline: str | None
    only_center: str
    state: str
    made_at: datetime
    due_at: datetime
    attempts: int
    """how often the caller's telephone was rung"""
    ended_at: datetime | None
    ended_because: str | None
    called_match: str | None
    called_purpose: str
    area_code: str
    message_allowed: bool
    owned_since: datetime
    rings: int
    """how often the present owner was rung in vain"""
    misses: int
    next_try_at: datetime | None
    """None while a return call is under way, and once it has ended"""
    waits_for: str | None
    expires_at: datetime
    overdue_told_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state == OPEN

    @property
    def kind(self) -> str:
        """What a kept one costs by: `listing` or `helpline`."""
        return "listing" if self.only_center else "helpline"

    def end(self, state: str, because: str, at: datetime) -> None:
        """Nobody owes it any more."""
        self.state, self.ended_because, self.ended_at = state, because, at
        self.next_try_at = self.waits_for = None

    def wait(self, until: datetime, why: str) -> None:
        """It is not tried before."""
        self.next_try_at, self.waits_for = until, why


@dataclass(slots=True)
class ReturnCall:
    """One try to keep a promise: its owner is rung, and then, by the owner's key 1, the caller."""

    call: str
    number: int
    only_center: str
    center: str
    partner: str
    kind: str
    name: str
    phone: str
    shown: str
    called_match: str | None
    began_at: datetime
    sid: str | None = None
    progress: str = ""
    caller_sid: str | None = None
    has_line: bool = True
    taken_at: datetime | None = None
    asked_at: datetime | None = None
    agreed_at: datetime | None = None
    looked_up_at: datetime | None = None
    outcome: str | None = None
    talk_seconds: int | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.outcome is None


_COLUMNS = tuple(Promise.__slots__)
_NEVER_CHANGE = {"call", "listing", "helpline", "only_center", "made_at"}
_OF_A_RETURN_CALL = tuple(ReturnCall.__slots__)
_MAY_CHANGE = _OF_A_RETURN_CALL[_OF_A_RETURN_CALL.index("sid") :]

LOCKED = selecting(_COLUMNS, "FROM promise WHERE call = :call FOR UPDATE")
UNLOCKED = selecting(_COLUMNS, "FROM promise WHERE call = :call")
RETURN_CALL = selecting(_OF_A_RETURN_CALL, "FROM return_call WHERE call = :call AND number = :number")
_UNDER_WAY = sql("SELECT 1 FROM return_call WHERE call = :call AND outcome IS NULL")
_SAVE = updating("promise", [name for name in _COLUMNS if name not in _NEVER_CHANGE], "call = :call")
_ADD_RETURN_CALL = inserting("return_call", _OF_A_RETURN_CALL)
_SAVE_RETURN_CALL = updating("return_call", _MAY_CHANGE, "call = :call AND number = :number")


def from_rows(promises: list[Row]) -> Promise | None:
    """The promise from what LOCKED brought; None where there is none."""
    return Promise(*promises[0]) if promises else None


def locked(session: Session, call: str) -> Promise | None:
    """The promise of a call, locked until the end of the transaction."""
    return from_rows(session.ask(LOCKED, call=call))


def is_being_returned(session: Session, call: str) -> bool:
    """Whether a try is under way. Asked under the promise's lock, without which none begins."""
    return bool(session.ask(_UNDER_WAY, call=call))


def save(session: Session, promise: Promise) -> None:
    """Store what may have changed about a promise."""
    session.tell(_SAVE, **_SAVE.values_of(promise))


def add_return_call(session: Session, tried: ReturnCall) -> None:
    """Store a try; the database refuses a second one at a time, for the promise and for the caller."""
    session.tell(_ADD_RETURN_CALL, **_ADD_RETURN_CALL.values_of(tried))


def save_return_call(session: Session, tried: ReturnCall) -> None:
    """Store what may have changed about a try."""
    session.tell(_SAVE_RETURN_CALL, **_SAVE_RETURN_CALL.values_of(tried))
