"""Which promise is tried next, and taking it: everything that has to be so when the owner is rung, in one transaction.

Nothing is dialled here. Whoever got a return call asks the carrier for it afterwards, outside of the transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from callrouter.database import Session, sql
from callrouter.directory.directory import Center, Directory
from callrouter.directory.opening_hours.opening import opening
from callrouter.promises import promise as promises
from callrouter.promises.desk import Desk
from callrouter.promises.hand_on import goes_to_another, hand_on
from callrouter.promises.on_the_line import is_calling_us
from callrouter.promises.promise import Promise, ReturnCall
from callrouter.promises.room import keep_room, lacks_room
from callrouter.promises.schedule import AFTER_RING, SOON, WITHDRAWN
from callrouter.promises.stop import may_be_called
from callrouter.routing.eligibility import partner_forbids
from callrouter.routing.lines import take_line

BETWEEN_CALLS = timedelta(seconds=1)
"""The carrier takes one new call a second by default."""
LONGEST_BACK_OFF = timedelta(minutes=2)

CALLER_ON_THE_LINE = "the caller is on the line with us"
LINES_BUSY = "all lines of its owner are busy"
NIGHT = "it is night where the caller is"
CLOSED = "its owner is closed"
ANOTHER_CALL = "the caller is being called back about another promise"

_DUE = sql(
    "SELECT promise.call FROM promise LEFT JOIN served ON served.queue = COALESCE(promise.helpline, promise.listing)"
    " WHERE promise.state = 'open' AND promise.next_try_at <= :now"
    " ORDER BY served.at IS NOT NULL, served.at, promise.next_try_at, promise.call LIMIT 1"
)
_TAKE_PACE = sql("UPDATE pace SET next_at = :next WHERE one = 1 AND next_at <= :now RETURNING 1")
_BACK_OFF = sql("UPDATE pace SET failures = failures + 1, next_at = :next WHERE one = 1 RETURNING failures")
_FAILURES = sql("SELECT failures FROM pace WHERE one = 1")
_NO_FAILURE = sql("UPDATE pace SET failures = 0 WHERE one = 1 AND failures > 0")
_SERVED = sql(
    "INSERT INTO served (queue, at) VALUES (:queue, :now) ON CONFLICT (queue) DO UPDATE SET at = excluded.at"
)
_OF_ITS_CALL = sql(
    "SELECT dialled, (SELECT COUNT(*) FROM return_call WHERE return_call.call = call.sid),"
    " EXISTS (SELECT 1 FROM return_call WHERE return_call.called_match = :match AND outcome IS NULL),"
    " arrived_at, simulated FROM call WHERE call.sid = :call"
)


class _ItsCall(NamedTuple):
    """What is to be known of the call that is returned."""

    shown: str
    tries: int
    called_already: bool
    """in this moment, about another promise"""
    arrived_at: datetime
    simulated: bool


def is_due(session: Session, now: datetime) -> str | None:
    """The call whose promise is tried next: of the helpline, or listing, that was served the longest ago."""
    rows = session.ask(_DUE, now=now)
    return str(rows[0][0]) if rows else None


def in_time_for_the_carrier(session: Session, now: datetime) -> bool:
    """Take the next place in the carrier's pace; False where it is too early for one."""
    return bool(session.ask(_TAKE_PACE, now=now, next=now + BETWEEN_CALLS))


def back_off(session: Session, now: datetime) -> None:
    """The carrier could not be asked, or not so fast: it is left alone, twice as long each time."""
    [(failures,)] = session.ask(_FAILURES)
    session.tell(_BACK_OFF, next=now + min(BETWEEN_CALLS * 2 ** (failures + 1), LONGEST_BACK_OFF))


def goes_well_again(session: Session) -> None:
    """The carrier has taken a call: it need not be left alone any more."""
    session.tell(_NO_FAILURE)


def claim(session: Session, desk: Desk, call: str, now: datetime) -> ReturnCall | None:
    """Begin a try to keep the promise of a call; None where it has to wait, or somebody else has begun it."""
    promise = promises.locked(session, call)
    if promise is None or not promise.open or promise.next_try_at is None or promise.next_try_at > now:
        return None
    tried = _begin(session, desk, promise, now)
    if tried:
        promises.add_return_call(session, tried)
        promise.next_try_at = promise.waits_for = None
        session.tell(_SERVED, queue=promise.helpline or promise.listing, now=now)
    promises.save(session, promise)
    return tried


def _begin(session: Session, desk: Desk, promise: Promise, now: datetime) -> ReturnCall | None:
    """The try, or None after the promise was told what it waits for."""
    if not may_be_called(session, promise.called_match):
        promise.end(WITHDRAWN, "the caller asked not to be called again, or to be forgotten", now)
        return None
    directory = desk.directories.in_force(session)
    owner = _owner(directory, promise, now)
    if owner is None:
        _without_owner(session, desk, promise, now)
        return None
    [row] = session.ask(_OF_ITS_CALL, call=promise.call, match=promise.called_match)
    its_call = _ItsCall(*row)
    on_the_line = is_calling_us(session, promise, now)
    called_already = its_call.called_already
    if wait := _must_wait(desk, promise, owner, now, on_the_line=on_the_line, called_already=called_already):
        promise.wait(*wait)
        return None
    return _with_room_and_line(session, desk, promise, owner, its_call, now)


def _with_room_and_line(
    session: Session, desk: Desk, promise: Promise, owner: Center, its_call: _ItsCall, now: datetime
) -> ReturnCall | None:
    """The try, with what it takes; without room under its ceiling the owner keeps what nobody else can keep."""
    directory = desk.directories.in_force(session)
    arrived_at, simulated = its_call.arrived_at, bool(its_call.simulated)
    full = lacks_room(session, directory, promise, owner, arrived_at, simulated=simulated)
    if full and goes_to_another(session, desk, promise, now):
        return None
    if not take_line(session, owner):
        promise.wait(now + SOON * 2, LINES_BUSY)
        return None
    tried = _try(promise, owner, its_call.tries + 1, its_call.shown, now)
    keep_room(session, directory, tried, arrived_at, simulated=simulated)
    return tried


def _owner(directory: Directory, promise: Promise, now: datetime) -> Center | None:
    """The center that owes it, if a call may go there now."""
    center = directory.centers.get(promise.owner or "")
    if center is None or partner_forbids(directory.partners[center.partner], now):
        return None
    return center


def _without_owner(session: Session, desk: Desk, promise: Promise, now: datetime) -> None:
    """A helpline's promise goes to another owner; a listing's waits for its center, and nobody else."""
    if promise.only_center:
        promise.wait(now + AFTER_RING, "its center may not be called now")
    else:
        hand_on(session, desk, promise, now, missed=False)


def _must_wait(
    desk: Desk, promise: Promise, owner: Center, now: datetime, *, on_the_line: bool, called_already: bool
) -> tuple[datetime, str] | None:
    """Until when, and why; None where the owner may be rung now."""
    by_day = desk.hours.first_from(promise.area_code, now)
    if by_day > now:
        return by_day, NIGHT
    hours = opening(owner, now)
    if not hours.is_open:
        return hours.until, CLOSED
    if on_the_line:
        return now + AFTER_RING, CALLER_ON_THE_LINE
    return (now + SOON * 2, ANOTHER_CALL) if called_already else None


def _try(promise: Promise, owner: Center, number: int, shown: str, now: datetime) -> ReturnCall:
    return ReturnCall(
        call=promise.call,
        number=number,
        only_center=promise.only_center,
        center=owner.key,
        partner=owner.partner,
        kind=promise.kind,
        name=owner.name,
        phone=owner.phone,
        shown=shown,
        called_match=promise.called_match,
        began_at=now,
    )
