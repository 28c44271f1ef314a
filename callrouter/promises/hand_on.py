"""A helpline's promise gets another owner: the next in rotation, rather one that is open now."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.directory.directory import Directory, Helpline
from callrouter.directory.hours import opening
from callrouter.events.outbox import publish_alert
from callrouter.promises.desk import Desk
from callrouter.promises.promise import Promise
from callrouter.promises.schedule import AFTER_ATTEMPT, due
from callrouter.routing.decide import Seeker, Standing, decide_who_owes
from callrouter.routing.lines import BESET
from callrouter.routing.row import locked, locking

NOBODY = "no center can owe it: staff must find somebody"

_CALL = sql("SELECT state, language FROM call WHERE sid = :call")
_NEXT_ATTEMPT = sql("SELECT COALESCE(MAX(attempt), 0) + 1 FROM decision WHERE call = :call")
_HAVE_HAD_IT = sql("SELECT DISTINCT center FROM return_call WHERE call = :call")


def hand_on(session: Session, desk: Desk, promise: Promise, now: datetime, *, missed: bool) -> None:
    """Find the next owner, who has the usual time from now on. Whoever calls this saves the promise.

    With nobody left, those who had it before may owe it again; with nobody at all, a person is told.
    """
    before = {center for (center,) in session.ask(_HAVE_HAD_IT, call=promise.call)} | {promise.owner or ""}
    promise.misses += missed
    owner = _next_owner(session, desk, promise, now, frozenset(before)) or _next_owner(
        session, desk, promise, now, frozenset()
    )
    promise.owner, promise.owned_since, promise.rings = owner, now, 0
    if owner:
        promise.due_at = due(now, promise.area_code, desk.hours)
        promise.wait(now, "its new owner is rung")
        return
    promise.due_at = now + AFTER_ATTEMPT
    promise.wait(promise.due_at, NOBODY)
    tell_somebody(session, promise, now)


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
    [(state, language)], [(attempt,)], rows, beset = session.ask_all(
        (_CALL, {"call": promise.call}),
        (_NEXT_ATTEMPT, {"call": promise.call}),
        locking(helpline.key),
        (BESET, {}),
    )
    standing = Standing(directory, helpline, locked(session, helpline.key, rows), beset, now)
    closed = _closed(directory, helpline, now, not_these)
    seeker = Seeker(promise.call, attempt, state, language, tried=not_these, closed=closed)
    decided = decide_who_owes(session, desk.memory, standing, seeker)
    return decided.center.key if decided.center else None


def _closed(
    directory: Directory, helpline: Helpline, now: datetime, not_these: frozenset[str]
) -> frozenset[str]:
    """The centers that are closed now; nobody, where that would leave nobody."""
    others = {seat.center for seat in helpline.seats} - not_these
    closed = {key for key in others if not opening(directory.centers[key], now).is_open}
    return frozenset(closed) if closed < others else frozenset()
