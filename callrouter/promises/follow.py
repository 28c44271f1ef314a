"""A return call has ended: what came of it, and what that means for its promise."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session
from callrouter.events import outbox
from callrouter.promises import promise as promises
from callrouter.promises.desk import Desk
from callrouter.promises.hand_on import hand_on
from callrouter.promises.promise import Promise, ReturnCall
from callrouter.promises.room import give_room_back, leave_room_to_billing
from callrouter.promises.schedule import OWNER_MISSED, End, HandOn, what_follows
from callrouter.promises.stop import stop
from callrouter.routing.lines import release_line

KEPT = "kept"


def close(
    session: Session, desk: Desk, promise: Promise, tried: ReturnCall, outcome: str, now: datetime
) -> None:
    """Store what came of a return call, give up its line, and let its promise go on or end. Once is enough."""
    if not tried.open:
        return
    tried.outcome, tried.closed_at = outcome, now
    has_line, tried.has_line = tried.has_line, False
    promises.save_return_call(session, tried)
    if outcome == KEPT:
        leave_room_to_billing(session, tried)
    else:
        give_room_back(session, tried)
    # Who has been connected has been called back, even if the promise was withdrawn while they talked.
    if promise.open or outcome == KEPT:
        _let_promise_follow(session, desk, promise, tried, now)
    # The line comes last: seeking another owner locks the rotation, which everybody locks before lines.
    if has_line:
        release_line(session, tried.center)


def let_line_go(session: Session, tried: ReturnCall) -> None:
    """Nobody knows whether the center is being rung: its lines are for those who call meanwhile."""
    if tried.open and tried.has_line:
        tried.has_line = False
        promises.save_return_call(session, tried)
        release_line(session, tried.center)


def keep(
    session: Session, desk: Desk, promise: Promise, tried: ReturnCall, talk_seconds: int, now: datetime
) -> None:
    """The two were connected: the promise is kept, and its owner's partner is charged as for an answered call."""
    if tried.open:
        tried.talk_seconds = talk_seconds
        close(session, desk, promise, tried, KEPT, now)
        outbox.publish_ended(session, promise.call, now)


def _let_promise_follow(
    session: Session, desk: Desk, promise: Promise, tried: ReturnCall, now: datetime
) -> None:
    if tried.outcome == "stopped" and tried.called_match:
        promises.save(session, promise)
        stop(session, tried.called_match, now)
    else:
        _go_on(session, desk, promise, tried.outcome or "", now)
        promises.save(session, promise)


def _go_on(session: Session, desk: Desk, promise: Promise, outcome: str, now: datetime) -> None:
    promise.rings += outcome in OWNER_MISSED
    follows = what_follows(
        outcome, rings=promise.rings, attempts=promise.attempts, of_helpline=not promise.only_center
    )
    if isinstance(follows, End):
        promise.end(follows.state, follows.because, now)
    elif isinstance(follows, HandOn):
        hand_on(session, desk, promise, now, missed=follows.missed)
    else:
        promise.wait(now + follows.after, f"the last try ended as {outcome}")
