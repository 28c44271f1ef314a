"""Gives a helpline's promise to another center: the next in rotation, or the one that staff choose.

This also happens when the owner misses the deadline. A listing's promise always stays with its center.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.spend_cap import SPEND_CAP_REACHED
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.directory import Directory
from callrouter.directory.opening_hours.opening import closed_seats
from callrouter.errors import Fault
from callrouter.events.outbox import publish_alert
from callrouter.promises.deadlines import AFTER_ATTEMPT, EXPIRED, due_time
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.model import Promise, ReturnCall
from callrouter.promises.promise import (
    has_return_call_in_progress,
    lock_idle_promise,
    lock_promise,
    save_promise,
)
from callrouter.routing.decide import DecisionContext, RoutingDecision, RoutingRequest, decide_who_owes
from callrouter.routing.eligibility import partner_forbids
from callrouter.routing.model import DecisionRow
from callrouter.routing.rotation_state import LockedRotation

NO_OWNER = "no center can owe it: staff must find somebody"
ALL_OWNERS_MISSED = "every center has had it: its owner is rung again after a while"

_CALL = sa.select(Call.state, Call.language, Call.arrived_at, Call.simulated).where(
    Call.sid == sa.bindparam("call")
)
_NEXT_DECISION = sa.select(sa.func.coalesce(sa.func.max(DecisionRow.attempt), 0) + 1).where(
    DecisionRow.call == sa.bindparam("call")
)
_FORMER_OWNERS = sa.select(ReturnCall.center).distinct().where(ReturnCall.call == sa.bindparam("call"))
_in_progress = sa.exists().where(ReturnCall.call == Promise.call, ReturnCall.outcome.is_(None))
_OVERDUE = (
    sa.select(Promise.call)
    .where(
        Promise.state == "open",
        sa.or_(Promise.due_at <= sa.bindparam("now"), Promise.expires_at <= sa.bindparam("now")),
        sa.or_(
            Promise.overdue_alert_at.is_(None),
            sa.and_(
                sa.or_(Promise.listing.is_(None), Promise.expires_at <= sa.bindparam("now")), ~_in_progress
            ),
        ),
    )
    .order_by(Promise.due_at)
    .limit(sa.bindparam("most"))
)


def reassign(
    session: Session, dependencies: PromiseDependencies, promise: Promise, now: datetime, *, missed: bool
) -> None:
    """Find the next owner and give it a new deadline. The caller of this function saves the promise.

    If every center has had the promise, a former owner gets it again after a pause, or nobody does. Staff get an
    alert.
    """
    promise.misses += missed
    if assign_next(session, dependencies, promise, now):
        return
    center = _former_owner(session, dependencies, promise, now)
    _set_owner(session, dependencies, promise, center, now)
    promise.wait(now + AFTER_ATTEMPT, ALL_OWNERS_MISSED if promise.owner else NO_OWNER)
    _alert_overdue(session, promise, now)


def assign_next(session: Session, dependencies: PromiseDependencies, promise: Promise, now: datetime) -> bool:
    """Assign a center that has not had the promise. Returns False, and changes nothing, if there is none."""
    former = set(session.execute(_FORMER_OWNERS, {"call": promise.call}).scalars()) | {promise.owner or ""}
    decided = _decide_owner(session, dependencies, promise, now, frozenset(former))
    if decided is None or decided.center is None:
        return False
    _set_owner(session, dependencies, promise, decided.center.key, now)
    promise.wait(now, "its new owner is rung")
    return True


def assign(
    session: Session, dependencies: PromiseDependencies, call: str, center: str, now: datetime
) -> Promise:
    """Assign the center that staff choose, with a new deadline. Raises Fault if that center may not have it."""
    promise = lock_idle_promise(session, call)
    if promise.only_center and promise.only_center != center:
        raise Fault(
            f"the caller rang the listing of {promise.only_center}, and nobody else may call back;"
            f" that center keeps the promise, or `callrouter promises close {call}`"
        )
    directory = dependencies.directories.in_force(session)
    _check_may_be_rung(directory, center, now)
    promise.owner, promise.owned_since, promise.rings = center, now, 0
    promise.overdue_alert_at = None
    promise.due_at = due_time(directory.centers[center], promise.area_code, dependencies.hours, now)
    promise.wait(now, "assigned to its owner by staff")
    save_promise(session, promise)
    return promise


def overdue_promises(session: Session, now: datetime, most: int = 100) -> list[str]:
    """The calls whose promise missed its deadline or has expired."""
    return list(session.execute(_OVERDUE, {"now": now, "most": most}).scalars())


def reassign_overdue(session: Session, dependencies: PromiseDependencies, call: str, now: datetime) -> None:
    """Handle an overdue promise: alert staff, then find a new owner if it is a helpline's."""
    promise = lock_promise(session, call)
    if promise is None or not promise.open or now < min(promise.due_at, promise.expires_at):
        return
    # Wait for the return call in progress, but alert staff now, because its result may take long.
    in_progress = has_return_call_in_progress(session, call)
    if not in_progress and promise.expires_at <= now:
        promise.end(EXPIRED, "nobody kept it in time", now)
    _alert_overdue(session, promise, now)
    if promise.open and not in_progress and not promise.only_center:
        reassign(session, dependencies, promise, now, missed=promise.owner is not None)
    save_promise(session, promise)


def _alert_overdue(session: Session, promise: Promise, now: datetime) -> None:
    """Publish one alert that this promise is not kept."""
    if promise.overdue_alert_at is None:
        promise.overdue_alert_at = now
        publish_alert(session, "promise-overdue", at=now, call=promise.call, center=promise.owner)


def _check_may_be_rung(directory: Directory, center: str, now: datetime) -> None:
    """Raise Fault if no caller may be connected with this center."""
    if reason := partner_forbids(directory.partners[directory.centers[center].partner], now):
        raise Fault(f"{center} may not be rung: {reason}; give it to another center")


def _set_owner(
    session: Session, dependencies: PromiseDependencies, promise: Promise, center: str | None, now: datetime
) -> None:
    promise.owner, promise.owned_since, promise.rings = center, now, 0
    owner = dependencies.directories.in_force(session).centers.get(center or "")
    promise.due_at = (
        due_time(owner, promise.area_code, dependencies.hours, now) if owner else now + AFTER_ATTEMPT
    )


def _former_owner(
    session: Session, dependencies: PromiseDependencies, promise: Promise, now: datetime
) -> str | None:
    """Choose a former owner. A spend cap alone does not take the promise from its owner."""
    decided = _decide_owner(session, dependencies, promise, now, frozenset())
    if decided is None or decided.center:
        return decided.center.key if decided and decided.center else None
    return promise.owner if decided.passed_over.get(promise.owner or "") == SPEND_CAP_REACHED else None


def _decide_owner(
    session: Session,
    dependencies: PromiseDependencies,
    promise: Promise,
    now: datetime,
    excluded: frozenset[str],
) -> RoutingDecision | None:
    """Decide the next owner, which may be nobody. None if every seat is excluded."""
    directory = dependencies.directories.in_force(session)
    helpline = directory.helplines.get(promise.helpline or "")
    if helpline is None or all(seat.center in excluded for seat in helpline.seats):
        return None
    found, next_decision = (
        session.execute(query, {"call": promise.call}) for query in (_CALL, _NEXT_DECISION)
    )
    locked = LockedRotation(session, helpline.key)
    call, attempt = found.one(), next_decision.one()[0]
    context = DecisionContext(directory, helpline, locked.rotation, locked.possibly_unavailable, now)
    # Try open centers first, then those that will open later.
    choices = dict.fromkeys([closed_seats(directory, helpline, now, excluded), frozenset[str]()])
    decided = None
    for number, closed in enumerate(choices, attempt):
        request = RoutingRequest(
            promise.call,
            number,
            call.state,
            call.language,
            tried=excluded,
            arrived_at=call.arrived_at,
            simulated=call.simulated,
            closed=closed,
        )
        decided = decide_who_owes(session, dependencies.memory, context, request)
        if decided.center:
            break
    return decided
