"""What a return call holds while it is in progress (a line, a spend reservation), and how it ends.

A listing's promise belongs to its center alone, so its spend cap is not checked before the center is rung.
"""

from __future__ import annotations

from datetime import datetime

from callrouter.billing import spend_cap
from callrouter.billing.spend_cap import (
    PricedAttempt,
    beyond_spend_cap,
    keep_until_settled,
    lock_spend_caps,
    reserve,
)
from callrouter.database import Session
from callrouter.directory.directory import Center, Directory
from callrouter.events import outbox
from callrouter.privacy.numbers import unseal_number
from callrouter.promises.deadlines import KEPT, OWNER_MISSED, End, Reassign, decide_follow_up
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.do_not_call import add_to_do_not_call
from callrouter.promises.model import Promise, ReturnCall
from callrouter.promises.promise import save_promise, save_return_call
from callrouter.promises.reassign import reassign
from callrouter.routing.lines import release_line
from callrouter.routing.rotation_state import lock_rotation

_KEPT_FROM = 1000
"""reservation numbers of kept return calls, after the numbers of the call's legs"""


def exceeds_spend_cap(
    session: Session,
    directory: Directory,
    promise: Promise,
    owner: Center,
    arrived_at: datetime,
    *,
    simulated: bool,
) -> bool:
    """Whether one more helpline call would exceed the spend cap of the owner's partner this month.

    The partner's spend cap is locked until the transaction ends.
    """
    if promise.only_center or owner.partner not in directory.spend_capped:
        return False
    # Above the cap another owner is sought. Everybody locks the rotation before spend caps.
    lock_rotation(session, promise.helpline or "")
    lock_spend_caps(session, directory, [owner.key])
    return bool(beyond_spend_cap(session, directory, [owner.key], arrived_at, simulated=simulated))


def reserve_spend(
    session: Session, directory: Directory, return_call: ReturnCall, arrived_at: datetime, *, simulated: bool
) -> None:
    """Reserve the price of this return call until it ends."""
    if return_call.partner in directory.spend_capped:
        number = _number_in_progress(return_call)
        attempt = PricedAttempt(return_call.call, number, return_call.kind, arrived_at, simulated)
        reserve(session, directory.partners[return_call.partner], attempt)


def close(
    session: Session,
    dependencies: PromiseDependencies,
    promise: Promise,
    return_call: ReturnCall,
    outcome: str,
    now: datetime,
) -> None:
    """Store the outcome, release the line, and retry or end the promise. Closing again changes nothing."""
    if not return_call.open:
        return
    return_call.outcome, return_call.closed_at = outcome, now
    has_line, return_call.has_line = return_call.has_line, False
    save_return_call(session, return_call)
    _release_spend(session, return_call)
    # A connected caller was called back, even if the promise was withdrawn meanwhile.
    if promise.open or outcome == KEPT:
        _update_promise(session, dependencies, promise, return_call, now)
    # Release the line last: seeking an owner locks the rotation, and everybody locks that before lines.
    if has_line:
        release_line(session, return_call.center)


def close_as_kept(
    session: Session,
    dependencies: PromiseDependencies,
    promise: Promise,
    return_call: ReturnCall,
    talk_seconds: int,
    now: datetime,
) -> None:
    """Close the return call as kept. The owner's partner is charged as for an answered call."""
    if return_call.open:
        return_call.talk_seconds = talk_seconds
        close(session, dependencies, promise, return_call, KEPT, now)
        outbox.publish_ended(session, promise.call, now)


def release_line_early(session: Session, return_call: ReturnCall) -> None:
    """Release the line while it is unknown whether the center is rung, so that other callers can use it."""
    if return_call.open and return_call.has_line:
        return_call.has_line = False
        save_return_call(session, return_call)
        release_line(session, return_call.center)


def _release_spend(session: Session, return_call: ReturnCall) -> None:
    """Release the reservation. If the promise was kept, billing releases it with the charge.

    The spend cap may have been removed meanwhile, so the directory is not asked.
    """
    call, number = return_call.call, _number_in_progress(return_call)
    if return_call.outcome == KEPT:
        keep_until_settled(session, call, number, new_number=_KEPT_FROM + return_call.number)
    else:
        spend_cap.release(session, call, number)


def _number_in_progress(return_call: ReturnCall) -> int:
    """A negative number: settling the original call meanwhile must not release this reservation."""
    return -return_call.number


def _update_promise(
    session: Session,
    dependencies: PromiseDependencies,
    promise: Promise,
    return_call: ReturnCall,
    now: datetime,
) -> None:
    number = None
    if return_call.outcome == "stopped":
        number = unseal_number(session, dependencies.vault, promise.call, promise.called_purpose)
    if number is not None:
        save_promise(session, promise)
        add_to_do_not_call(session, dependencies.vault, number, now)
    else:
        _follow(session, dependencies, promise, return_call.outcome or "", now)
        save_promise(session, promise)


def _follow(
    session: Session, dependencies: PromiseDependencies, promise: Promise, outcome: str, now: datetime
) -> None:
    promise.rings += outcome in OWNER_MISSED
    follows = decide_follow_up(
        outcome, rings=promise.rings, attempts=promise.attempts, of_helpline=not promise.only_center
    )
    if isinstance(follows, End):
        promise.end(follows.state, follows.reason, now)
    elif isinstance(follows, Reassign):
        reassign(session, dependencies, promise, now, missed=follows.missed)
    else:
        promise.wait(now + follows.pause, f"the last return call ended as {outcome}")
