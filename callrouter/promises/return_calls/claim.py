"""Chooses the next promise to attempt and claims it: every check before the owner is rung, in one transaction.

Nothing is dialed here. The carrier is asked for the call after the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.directory import Center, Directory
from callrouter.directory.opening_hours.opening import opening
from callrouter.promises.deadlines import AFTER_RING, SOON, WITHDRAWN
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.do_not_call import number_to_call
from callrouter.promises.model import OPEN, Promise, ReturnCall, ReturnCallQueue
from callrouter.promises.promise import add_return_call, caller_is_in_call, lock_promise, save_promise
from callrouter.promises.reassign import assign_next, reassign
from callrouter.promises.return_calls.return_call import exceeds_spend_cap, reserve_spend
from callrouter.routing.eligibility import partner_forbids
from callrouter.routing.lines import take_line

CALLER_IN_CALL = "the caller is on the line with us"
LINES_BUSY = "all lines of its owner are busy"
OUTSIDE_CALLING_HOURS = "it is night where the caller is"
CLOSED = "its owner is closed"
OTHER_RETURN_CALL = "the caller is being called back about another promise"
NOT_TO_BE_CALLED = (
    "the caller asked not to be called again or to be forgotten, or the number is not kept any more"
)
BUSY_PAUSE = SOON * 2
LONGEST_LAST_WORDS = timedelta(minutes=2)
"""from the end of a call until its caller has hung up: last words, the offer of a code, and the code, told twice"""

_NEXT_DUE = (
    sa.select(Promise.call)
    .outerjoin(ReturnCallQueue, ReturnCallQueue.queue == sa.func.coalesce(Promise.helpline, Promise.listing))
    .where(Promise.state == OPEN, Promise.next_attempt_at <= sa.bindparam("now"))
    .order_by(
        ReturnCallQueue.last_served_at.is_not(None),
        ReturnCallQueue.last_served_at,
        Promise.next_attempt_at,
        Promise.call,
    )
    .limit(1)
)
_ADD_QUEUE = insert(ReturnCallQueue)
_MARK_SERVED = _ADD_QUEUE.on_conflict_do_update(
    index_elements=["queue"], set_={"last_served_at": _ADD_QUEUE.excluded.last_served_at}
)
_CALL_TO_RETURN = sa.select(
    Call.dialled,
    Call.arrived_at,
    Call.simulated,
    sa.select(sa.func.count())
    .where(ReturnCall.call == Call.sid)
    .correlate(Call)
    .scalar_subquery()
    .label("return_calls"),
    sa.exists()
    .where(ReturnCall.called_pseudonym == sa.bindparam("match"), ReturnCall.outcome.is_(None))
    .label("caller_is_rung"),
    # The carrier has not said that the line is free.
    sa.func.coalesce(
        sa.and_(Call.carrier_seconds.is_(None), Call.ended_at > sa.bindparam("since")), sa.false()
    ).label("hears_last_words"),
).where(Call.sid == sa.bindparam("call"))


@dataclass(frozen=True, slots=True)
class CallToReturn:
    """The facts about the call that is to be returned."""

    dialled: str
    arrived_at: datetime
    simulated: bool
    return_calls: int
    """how many were made so far"""
    caller_is_rung: bool
    """whether a return call for another promise rings this caller now"""
    hears_last_words: bool
    """whether the caller may still be on the line of the ended call"""


def next_due(session: Session, now: datetime) -> str | None:
    """The call whose promise is next. The helpline or listing that was served the longest ago goes first."""
    call: str | None = session.execute(_NEXT_DUE, {"now": now}).scalar()
    return call


def claim(session: Session, dependencies: PromiseDependencies, call: str, now: datetime) -> ReturnCall | None:
    """Begin a return call. None if the promise has to wait or another process has begun one."""
    promise = lock_promise(session, call)
    if (
        promise is None
        or not promise.open
        or promise.next_attempt_at is None
        or promise.next_attempt_at > now
    ):
        return None
    return_call = _begin(session, dependencies, promise, now)
    if return_call:
        add_return_call(session, return_call)
        promise.next_attempt_at = promise.wait_reason = None
        queue = promise.helpline or promise.listing
        session.execute(_MARK_SERVED, {"queue": queue, "last_served_at": now})
    save_promise(session, promise)
    return return_call


def _begin(
    session: Session, dependencies: PromiseDependencies, promise: Promise, now: datetime
) -> ReturnCall | None:
    """Begin the return call, or store why the promise waits."""
    if number_to_call(session, dependencies.vault, promise) is None:
        promise.end(WITHDRAWN, NOT_TO_BE_CALLED, now)
        return None
    owner = _owner(dependencies.directories.in_force(session), promise, now)
    if owner is None:
        _wait_for_owner(session, dependencies, promise, now)
        return None
    since = now - LONGEST_LAST_WORDS
    asked = {"call": promise.call, "match": promise.called_pseudonym, "since": since}
    call = CallToReturn(**session.execute(_CALL_TO_RETURN, asked).one()._asdict())
    caller_in_call = caller_is_in_call(session, promise, now)
    if wait := _wait(dependencies, promise, owner, call, now, caller_in_call=caller_in_call):
        promise.wait(*wait)
        return None
    return _take_line_and_spend(session, dependencies, promise, owner, call, now)


def _take_line_and_spend(
    session: Session,
    dependencies: PromiseDependencies,
    promise: Promise,
    owner: Center,
    call: CallToReturn,
    now: datetime,
) -> ReturnCall | None:
    """Take the center's line and reserve its spend. Above the spend cap another owner is tried first."""
    directory = dependencies.directories.in_force(session)
    arrived_at, simulated = call.arrived_at, call.simulated
    exceeded = exceeds_spend_cap(session, directory, promise, owner, arrived_at, simulated=simulated)
    if exceeded and assign_next(session, dependencies, promise, now):
        return None
    if not take_line(session, owner):
        promise.wait(now + BUSY_PAUSE, LINES_BUSY)
        return None
    return_call = _return_call(promise, owner, call, now)
    reserve_spend(session, directory, return_call, arrived_at, simulated=simulated)
    return return_call


def _owner(directory: Directory, promise: Promise, now: datetime) -> Center | None:
    """The owner, if a call may go there now."""
    center = directory.centers.get(promise.owner or "")
    if center is None or partner_forbids(directory.partners[center.partner], now):
        return None
    return center


def _wait_for_owner(
    session: Session, dependencies: PromiseDependencies, promise: Promise, now: datetime
) -> None:
    """Reassign a helpline's promise. A listing's promise waits for its own center."""
    if promise.only_center:
        promise.wait(now + AFTER_RING, "its center may not be called now")
    else:
        reassign(session, dependencies, promise, now, missed=False)


def _wait(
    dependencies: PromiseDependencies,
    promise: Promise,
    owner: Center,
    call: CallToReturn,
    now: datetime,
    *,
    caller_in_call: bool,
) -> tuple[datetime, str] | None:
    """Until when the promise waits, and why. None if the owner may be rung now."""
    allowed_from = dependencies.hours.next_allowed(promise.area_code, now)
    if allowed_from > now:
        return allowed_from, OUTSIDE_CALLING_HOURS
    hours = opening(owner, now)
    if not hours.is_open:
        return hours.until, CLOSED
    if caller_in_call:
        return now + AFTER_RING, CALLER_IN_CALL
    if call.hears_last_words:
        return now + SOON, CALLER_IN_CALL
    return (now + BUSY_PAUSE, OTHER_RETURN_CALL) if call.caller_is_rung else None


def _return_call(promise: Promise, owner: Center, call: CallToReturn, now: datetime) -> ReturnCall:
    return ReturnCall(
        call=promise.call,
        number=call.return_calls + 1,
        only_center=promise.only_center,
        center=owner.key,
        partner=owner.partner,
        kind=promise.kind,
        name=owner.name,
        phone=owner.phone,
        shown=call.dialled,
        called_pseudonym=promise.called_pseudonym,
        began_at=now,
    )
