"""Promises that are not being kept: an owner that missed its time, and promises that nobody could keep at all."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.promises import promise as promises
from callrouter.promises.desk import Desk
from callrouter.promises.hand_on import hand_on, tell_somebody
from callrouter.promises.promise import Promise, is_being_returned
from callrouter.promises.schedule import EXPIRED

_OVERDUE = sql(
    "SELECT call FROM promise WHERE state = 'open' AND (due_at <= :now OR expires_at <= :now)"
    " AND (overdue_told_at IS NULL OR ((listing IS NULL OR expires_at <= :now) AND"
    " NOT EXISTS (SELECT 1 FROM return_call WHERE return_call.call = promise.call AND outcome IS NULL)))"
    " ORDER BY due_at LIMIT :most"
)


def overdue(session: Session, now: datetime, most: int = 100) -> list[str]:
    """The calls whose promise its owner has missed, or that has expired."""
    return [call for (call,) in session.ask(_OVERDUE, now=now, most=most)]


def move_on(session: Session, desk: Desk, call: str, now: datetime) -> None:
    """An overdue promise: a person is told; a helpline's goes to the next owner, a listing's stays its center's."""
    promise = promises.locked(session, call)
    if promise is None or not promise.open or now < min(promise.due_at, promise.expires_at):
        return
    if is_being_returned(session, call):
        # What comes of that is waited for; but it may take long to be known, and somebody has to be told by now.
        tell_somebody(session, promise, now)
    elif promise.expires_at <= now:
        promise.end(EXPIRED, "nobody kept it in time", now)
        tell_somebody(session, promise, now)
    elif promise.due_at <= now:
        _missed(session, desk, promise, now)
    promises.save(session, promise)


def _missed(session: Session, desk: Desk, promise: Promise, now: datetime) -> None:
    tell_somebody(session, promise, now)
    if not promise.only_center:
        hand_on(session, desk, promise, now, missed=promise.owner is not None)
