"""Room for a return call under the ceiling of its owner's partner: looked for, kept while it goes on, and left.

A listing's promise is its center's alone, so nothing is asked before it is rung, as before its legs.
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
from callrouter.promises.promise import Promise, ReturnCall
from callrouter.routing.rotation_state import lock_rotation

_KEPT_FROM = 1000
"""numbers of the room of kept return calls, after those of the legs of the call itself"""


def lacks_room(
    session: Session,
    directory: Directory,
    promise: Promise,
    owner: Center,
    arrived_at: datetime,
    *,
    simulated: bool,
) -> bool:
    """Whether another helpline call would be beyond the ceiling of the owner's partner, in the month of this one.

    Nobody else looks until this transaction ends.
    """
    if promise.only_center or owner.partner not in directory.spend_capped:
        return False
    # Without room another owner is sought, and the rotation is locked before rooms, by everybody.
    lock_rotation(session, promise.helpline or "")
    lock_spend_caps(session, directory, [owner.key])
    return bool(beyond_spend_cap(session, directory, [owner.key], arrived_at, simulated=simulated))


def keep_room(
    session: Session, directory: Directory, tried: ReturnCall, arrived_at: datetime, *, simulated: bool
) -> None:
    """Keep what this return call may cost, until it ends."""
    if tried.partner in directory.spend_capped:
        attempt = PricedAttempt(tried.call, _under_way(tried), tried.kind, arrived_at, simulated)
        reserve(session, directory.partners[tried.partner], attempt)


def give_room_back(session: Session, tried: ReturnCall) -> None:
    """It has ended and kept nothing. The ceiling may have been lifted meanwhile, so the directory is not asked."""
    spend_cap.release(session, tried.call, _under_way(tried))


def leave_room_to_billing(session: Session, tried: ReturnCall) -> None:
    """It has kept its promise: its room goes when that is charged."""
    keep_until_settled(session, tried.call, _under_way(tried), new_number=_KEPT_FROM + tried.number)


def _under_way(tried: ReturnCall) -> int:
    """Below zero: its call, which ended before, may be settled while it goes on, and once more when told again."""
    return -tried.number
