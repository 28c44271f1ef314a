"""Reveals a number in two steps: it is asked for, and it is shown once the evidence log has the request.

The first step commits the entry of the audit log. The writer of the evidence log finds it within a second and signs a
new head. The second step looks for that. If the log does not have the entry in time, the number is not shown, and
another entry says so. So whoever reads the log later finds every number that was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.errors import Fault, NotKnown
from callrouter.evidence.logged import signed_index
from callrouter.evidence.records import SOURCES
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.model import AuditEntry
from callrouter.privacy.vault import CALLER, RETURN, Vault
from callrouter.reveals.limits import DAY, LOGGED_WITHIN, MOST, SHOWN_FOR, Allowance
from callrouter.reveals.model import NumberReveal
from callrouter.reveals.numbers import CallNumber, NumberGone, open_number

ASKED, SHOWN, NOT_SHOWN = "asked for", "shown", "not shown"
NAMES = {CALLER: "number", RETURN: "return number"}
"""of a call's numbers in the audit log: `number asked for`, `return number shown`"""
UNKNOWN = "This number was not asked for by you in this browser. Ask for it, with a reason"
SHOWN_BEFORE = "It was shown already, and a number is shown once"
GIVEN_UP = "It was not shown in time, or it is gone"
_IN_TIME = f"within {LOGGED_WITHIN.seconds} seconds"
NOT_LOGGED = f"the evidence log did not have the request {_IN_TIME}"
TOO_LATE = f"nobody looked {_IN_TIME}"

_AUDIT = SOURCES[AuditEntry.__tablename__]
_LOCK = sa.select(
    sa.func.pg_advisory_xact_lock(
        AdvisoryLock.REVEALS, sa.func.hashtext(sa.bindparam("of_person", type_=sa.Text))
    )
)
_PERSON = NumberReveal.person == sa.bindparam("of_person")
_IS_PENDING = sa.and_(NumberReveal.shown_at.is_(None), NumberReveal.not_shown_at.is_(None))
_ADD = sa.insert(NumberReveal)
_SEEN = sa.select(sa.func.count()).where(
    _PERSON, NumberReveal.not_shown_at.is_(None), NumberReveal.asked_at > sa.bindparam("since")
)
_PENDING = sa.select(NumberReveal.__table__).where(_PERSON, _IS_PENDING)
_OF_BROWSER = sa.select(NumberReveal.__table__).where(
    NumberReveal.entry == sa.bindparam("of_entry"),
    NumberReveal.browser_hash == sa.bindparam("browser", type_=sa.LargeBinary),
    _PERSON,
)
_STILL_PENDING = sa.and_(NumberReveal.entry == sa.bindparam("of_entry"), _IS_PENDING)
_SHOW = (
    sa.update(NumberReveal)
    .where(_STILL_PENDING)
    .values(shown_at=sa.bindparam("now"), evidence_position=sa.bindparam("position"))
    .returning(NumberReveal.entry)
)
_GIVE_UP = (
    sa.update(NumberReveal)
    .where(_STILL_PENDING)
    .values(not_shown_at=sa.bindparam("now"))
    .returning(NumberReveal.entry)
)


class TooManyReveals(Fault):
    """The person has seen as many numbers as anybody may see in a day."""


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number, to be shown now and until then. It is in the answer of one request, and nowhere else."""

    number: str
    of: CallNumber
    until: datetime


@dataclass(frozen=True, slots=True)
class WaitingForLog:
    """The evidence log does not have the request yet. Ask again in a second."""

    of: CallNumber


@dataclass(frozen=True, slots=True)
class NotShown:
    """The number was not shown, or it was shown before. `why` is a sentence."""

    of: CallNumber
    why: str


def action_on(number: CallNumber, what: str) -> str:
    """An action in the audit log: `number shown`."""
    return f"{NAMES[number.purpose]} {what}"


def lock_person(session: Session, person: str) -> None:
    """Let one transaction at a time count and ask for this person."""
    session.execute(_LOCK, {"of_person": person})


def allowance(session: Session, person: str, now: datetime, alone: int) -> Allowance:
    """How many numbers the person has seen within a day; one that is about to be shown counts too."""
    seen = session.execute(_SEEN, {"of_person": person, "since": now - DAY}).scalar()
    return Allowance(seen, alone)


def pending_reveal(session: Session, number: CallNumber, browser_hash: bytes, person: str) -> int | None:
    """The entry of a reveal of this number that is about to be shown in this browser: somebody clicked twice."""
    for pending in session.execute(_PENDING, {"of_person": person}).all():
        if (pending.call, pending.purpose, pending.browser_hash) == (*number, browser_hash):
            return int(pending.entry)
    return None


def begin_reveal(
    session: Session,
    vault: Vault,
    number: CallNumber,
    browser_hash: bytes,
    access: Access,
    *,
    request: int | None = None,
) -> int:
    """Ask for a number, and return the entry of the audit log. The person is locked.

    Nothing is shown before the commit. Raises NumberGone and TooManyReveals; then nothing is counted.
    """
    open_number(session, vault, number)
    _refuse_beyond(session, access)
    entry = record_access(session, access, action_on(number, ASKED), number.call)
    values = {**number._asdict(), "person": access.person, "asked_at": access.at, "request": request}
    session.execute(_ADD, {"entry": entry, "browser_hash": browser_hash, **values})
    return entry


def give_up_late(session: Session, access: Access) -> None:
    """Give up what this person asked for and nobody showed in time. The person is locked."""
    for pending in session.execute(_PENDING, {"of_person": access.person}).all():
        if access.at - pending.asked_at >= LOGGED_WITHIN:
            _give_up(session, pending, TOO_LATE, access.at)


def show_number(
    session: Session, vault: Vault, entry: int, person: str, browser_hash: bytes, now: datetime
) -> ShownNumber | WaitingForLog | NotShown:
    """Show the number that was asked for with this entry: once, to this person, in this browser.

    Raises NotKnown for another person or browser. Show it after this transaction is committed.
    """
    asked = {"of_entry": entry, "of_person": person, "browser": browser_hash}
    row = session.execute(_OF_BROWSER, asked).one_or_none()
    if row is None:
        raise NotKnown(UNKNOWN)
    if row.shown_at or row.not_shown_at:
        return NotShown(_number(row), SHOWN_BEFORE if row.shown_at else GIVEN_UP)
    position, why = _position(session, entry)
    is_late = now - row.asked_at >= LOGGED_WITHIN
    if position is None and not why and not is_late:
        return WaitingForLog(_number(row))
    if position is None or is_late:
        return _give_up(session, row, why or (NOT_LOGGED if position is None else TOO_LATE), now)
    return _show(session, vault, row, position, now)


def _show(session: Session, vault: Vault, row: Any, position: int, now: datetime) -> ShownNumber | NotShown:
    number = _number(row)
    try:
        opened = open_number(session, vault, number)
    except NumberGone as gone:
        return _give_up(session, row, str(gone), now)
    shown = {"of_entry": row.entry, "now": now, "position": position}
    if session.execute(_SHOW, shown).scalar() is None:
        return NotShown(number, SHOWN_BEFORE)
    _record(session, row, SHOWN, f"as asked for with entry {row.entry}", now)
    return ShownNumber(opened, number, now + SHOWN_FOR)


def _position(session: Session, entry: int) -> tuple[int | None, str]:
    """Where the evidence log has the entry; or why it cannot be."""
    try:
        return signed_index(session, _AUDIT, entry), ""
    except Fault as fault:
        return None, str(fault)


def _give_up(session: Session, row: Any, why: str, now: datetime) -> NotShown:
    if session.execute(_GIVE_UP, {"of_entry": row.entry, "now": now}).scalar() is None:
        return NotShown(_number(row), GIVEN_UP)
    _record(session, row, NOT_SHOWN, f"asked for with entry {row.entry}: {why}", now)
    return NotShown(_number(row), f"The number is not shown: {why}")


def _record(session: Session, row: Any, action: str, reason: str, now: datetime) -> None:
    record_access(session, Access(row.person, reason, now), action_on(_number(row), action), row.call)


def _number(row: Any) -> CallNumber:
    return CallNumber(row.call, row.purpose)


def _refuse_beyond(session: Session, access: Access) -> None:
    if allowance(session, access.person, access.at, MOST).is_used_up:
        raise TooManyReveals(
            f"You have seen {MOST} numbers within 24 hours, and nobody may see more. Ask a colleague"
        )
