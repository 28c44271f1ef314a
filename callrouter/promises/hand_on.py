"""A helpline's promise gets another owner: the next in rotation, rather one that is open now."""

from __future__ import annotations

from datetime import datetime

from callrouter.billing.spend_cap import SPEND_CAP_REACHED
from callrouter.database import Session, sql
from callrouter.directory.hours import closed_seats
from callrouter.events.outbox import publish_alert
from callrouter.promises.desk import Desk
from callrouter.promises.promise import Promise
from callrouter.promises.schedule import AFTER_ATTEMPT, due
from callrouter.routing.decide import Decided, DecisionContext, RoutingRequest, decide_who_owes
from callrouter.routing.rotation_state import LockedRotation

NOBODY = "no center can owe it: staff must find somebody"
HAD_BY_ALL = "every center has had it: its owner is rung again after a while"

_CALL = sql("SELECT state, language, arrived_at, simulated FROM call WHERE sid = :call")
_NEXT_ATTEMPT = sql("SELECT COALESCE(MAX(attempt), 0) + 1 FROM decision WHERE call = :call")
_HAVE_HAD_IT = sql("SELECT DISTINCT center FROM return_call WHERE call = :call")


def hand_on(session: Session, desk: Desk, promise: Promise, now: datetime, *, missed: bool) -> None:
    """Find the next owner, who has the usual time from now on. Whoever calls this saves the promise.

    With nobody left, one of those who had it before owes it again, after a pause, or nobody does; a person is told.
    """
    promise.misses += missed
    if goes_to_another(session, desk, promise, now):
        return
    _is_owed_by(session, desk, promise, _whoever_had_it(session, desk, promise, now), now)
    promise.wait(now + AFTER_ATTEMPT, HAD_BY_ALL if promise.owner else NOBODY)
    tell_somebody(session, promise, now)


def goes_to_another(session: Session, desk: Desk, promise: Promise, now: datetime) -> bool:
    """Give it to an owner who has not had it; False, and nothing has changed, where there is none."""
    before = {center for (center,) in session.ask(_HAVE_HAD_IT, call=promise.call)} | {promise.owner or ""}
    decided = _sought(session, desk, promise, now, frozenset(before))
    if decided is None or decided.center is None:
        return False
    _is_owed_by(session, desk, promise, decided.center.key, now)
    promise.wait(now, "its new owner is rung")
    return True


def tell_somebody(session: Session, promise: Promise, now: datetime) -> None:
    """A person is told, once, that this promise is not being kept."""
    if promise.overdue_told_at is None:
        promise.overdue_told_at = now
        publish_alert(session, "promise-overdue", at=now, call=promise.call, center=promise.owner)


def _is_owed_by(session: Session, desk: Desk, promise: Promise, center: str | None, now: datetime) -> None:
    promise.owner, promise.owned_since, promise.rings = center, now, 0
    owner = desk.directories.in_force(session).centers.get(center or "")
    promise.due_at = due(owner, promise.area_code, desk.hours, now) if owner else now + AFTER_ATTEMPT


def _whoever_had_it(session: Session, desk: Desk, promise: Promise, now: datetime) -> str | None:
    """One of those who had it. A ceiling alone takes it from nobody: the caller was promised it."""
    decided = _sought(session, desk, promise, now, frozenset())
    if decided is None or decided.center:
        return decided.center.key if decided and decided.center else None
    return promise.owner if decided.passed_over.get(promise.owner or "") == SPEND_CAP_REACHED else None


def _sought(
    session: Session, desk: Desk, promise: Promise, now: datetime, not_these: frozenset[str]
) -> Decided | None:
    """The decision who is next, which may be nobody; None where there is no seat to decide about."""
    directory = desk.directories.in_force(session)
    helpline = directory.helplines.get(promise.helpline or "")
    if helpline is None or all(seat.center in not_these for seat in helpline.seats):
        return None
    locked = LockedRotation(session, helpline.key)
    [(state, language, arrived_at, simulated)], [(attempt,)] = session.ask_all(
        (_CALL, {"call": promise.call}), (_NEXT_ATTEMPT, {"call": promise.call})
    )
    context = DecisionContext(directory, helpline, locked.rotation, locked.possibly_unavailable, now)
    # Rather one that is open; but where those do not serve this caller, one that will open.
    aside = dict.fromkeys([closed_seats(directory, helpline, now, not_these), frozenset[str]()])
    decided = None
    for number, closed in enumerate(aside, attempt):
        request = RoutingRequest(
            promise.call,
            number,
            state,
            language,
            tried=not_these,
            arrived_at=arrived_at,
            simulated=bool(simulated),
            closed=closed,
        )
        decided = decide_who_owes(session, desk.memory, context, request)
        if decided.center:
            break
    return decided
