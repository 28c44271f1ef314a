"""A helpline's promise gets another owner: the next in rotation, rather one that is open now."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.directory.hours import closed_seats
from callrouter.events.outbox import publish_alert
from callrouter.promises.desk import Desk
from callrouter.promises.promise import Promise
from callrouter.promises.schedule import AFTER_ATTEMPT, due
from callrouter.routing.decide import Seeker, Standing, decide_who_owes
from callrouter.routing.lines import BESET
from callrouter.routing.row import locked, locking

NOBODY = "no center can owe it: staff must find somebody"
HAD_BY_ALL = "every center has had it: its owner is rung again after a while"

_CALL = sql("SELECT state, language, arrived_at, simulated FROM call WHERE sid = :call")
_NEXT_ATTEMPT = sql("SELECT COALESCE(MAX(attempt), 0) + 1 FROM decision WHERE call = :call")
_HAVE_HAD_IT = sql("SELECT DISTINCT center FROM return_call WHERE call = :call")


def hand_on(session: Session, desk: Desk, promise: Promise, now: datetime, *, missed: bool) -> None:
    """Find the next owner, who has the usual time from now on. Whoever calls this saves the promise.

    With nobody left, one of those who had it before owes it again, after a pause, or nobody does; a person is told.
    """
    before = {center for (center,) in session.ask(_HAVE_HAD_IT, call=promise.call)} | {promise.owner or ""}
    promise.misses += missed
    another = _next_owner(session, desk, promise, now, frozenset(before))
    promise.owner = another or _next_owner(session, desk, promise, now, frozenset())
    promise.owned_since, promise.rings = now, 0
    if another:
        promise.wait(now, "its new owner is rung")
    else:
        promise.wait(now + AFTER_ATTEMPT, HAD_BY_ALL if promise.owner else NOBODY)
        tell_somebody(session, promise, now)
    owner = desk.directories.in_force(session).centers.get(promise.owner or "")
    promise.due_at = due(owner, promise.area_code, desk.hours, now) if owner else now + AFTER_ATTEMPT


def tell_somebody(session: Session, promise: Promise, now: datetime) -> None:
    """A person is told, once, that this promise is not being kept."""
    if promise.overdue_told_at is None:
        promise.overdue_told_at = now
        publish_alert(session, "promise-overdue", at=now, call=promise.call, center=promise.owner)


def _next_owner(
    session: Session, desk: Desk, promise: Promise, now: datetime, not_these: frozenset[str]
) -> str | None:
    directory = desk.directories.in_force(session)
    helpline = directory.helplines.get(promise.helpline or "")
    if helpline is None or all(seat.center in not_these for seat in helpline.seats):
        return None
    [(state, language, arrived_at, simulated)], [(attempt,)], rows, beset = session.ask_all(
        (_CALL, {"call": promise.call}),
        (_NEXT_ATTEMPT, {"call": promise.call}),
        locking(helpline.key),
        (BESET, {}),
    )
    standing = Standing(directory, helpline, locked(session, helpline.key, rows), beset, now)
    # Rather one that is open; but where those do not serve this caller, one that will open.
    aside = dict.fromkeys([closed_seats(directory, helpline, now, not_these), frozenset[str]()])
    for number, closed in enumerate(aside, attempt):
        seeker = Seeker(
            promise.call,
            number,
            state,
            language,
            tried=not_these,
            arrived_at=arrived_at,
            simulated=bool(simulated),
            closed=closed,
        )
        decided = decide_who_owes(session, desk.memory, standing, seeker)
        if decided.center:
            return decided.center.key
    return None
