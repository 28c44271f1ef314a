"""What staff do about a promise by hand: give it to another center, or close it."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session
from callrouter.directory.directory import Directory
from callrouter.errors import Fault, NotKnown
from callrouter.promises import promise as promises
from callrouter.promises.desk import Desk
from callrouter.promises.promise import Promise
from callrouter.promises.schedule import EXPIRED, KEPT, WITHDRAWN, due
from callrouter.routing.eligibility import partner_forbids

CLOSED_BY_HAND = (KEPT, WITHDRAWN, EXPIRED)


def assign(session: Session, desk: Desk, call: str, center: str, now: datetime) -> Promise:
    """Another center owes it from now on, and has the usual time. Raises Fault where that may not be."""
    promise = _open(session, call)
    if promise.only_center and promise.only_center != center:
        raise Fault(
            f"the caller rang the listing of {promise.only_center}, and nobody else may call back;"
            f" that center keeps the promise, or `callrouter promises close {call}`"
        )
    directory = desk.directories.in_force(session)
    _may_be_rung(directory, center, now)
    owner = directory.centers[center]
    promise.owner, promise.owned_since, promise.rings = center, now, 0
    promise.overdue_told_at = None
    promise.due_at = due(owner, promise.area_code, desk.hours, now)
    promise.wait(now, "given to its owner by hand")
    promises.save(session, promise)
    return promise


def _may_be_rung(directory: Directory, center: str, now: datetime) -> None:
    """Raises Fault where no caller may be connected with this center."""
    if reason := partner_forbids(directory.partners[directory.centers[center].partner], now):
        raise Fault(f"{center} may not be rung: {reason}; give it to another center")


def close_by_hand(session: Session, call: str, state: str, reason: str, now: datetime) -> Promise:
    """Staff say how it ended. Raises Fault while its caller is being called back."""
    promise = _open(session, call)
    promise.end(state, f"by hand: {reason}", now)
    promises.save(session, promise)
    return promise


def _open(session: Session, call: str) -> Promise:
    promise = promises.locked(session, call)
    if promise is None:
        raise NotKnown(
            f"nobody was promised a return call on {call}; `callrouter promises list` shows the open ones"
        )
    if not promise.open:
        raise Fault(f"the promise of {call} has ended: {promise.state}, {promise.ended_because}")
    if promises.is_being_returned(session, call):
        raise Fault(
            f"the caller of {call} is being called back in this moment; see what comes of it, and ask again"
        )
    return promise
