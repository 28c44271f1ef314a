"""Ends promises without a return call: staff close them, or the caller called again and was answered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.privacy.vault import RETURN
from callrouter.promises.deadlines import EXPIRED, KEPT, WITHDRAWN
from callrouter.promises.model import OPEN, Promise
from callrouter.promises.promise import lock_idle_promise, lock_promise, save_promise

STAFF_STATES = (KEPT, WITHDRAWN, EXPIRED)
"""the states in which staff may close a promise"""

_Again = aliased(Call, name="again")
_answered_since = sa.and_(
    _Again.sid == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))),
    _Again.outcome == "answered",
    _Again.arrived_at > Promise.made_at,
    Promise.state == OPEN,
)
# The caller may call from the promised number, or from the number of the original call.
_ANSWERED = (
    sa.select(Promise.call, _Again.answered_by)
    .where(_answered_since, Promise.called_pseudonym == _Again.caller_pseudonym)
    .union(
        sa.select(Promise.call, _Again.answered_by)
        .join_from(Promise, Call, Call.sid == Promise.call)
        .where(
            _answered_since,
            Call.caller_pseudonym == _Again.caller_pseudonym,
            Promise.called_purpose == RETURN,
        )
    )
    .order_by("call")
)


def close_by_staff(session: Session, call: str, state: str, reason: str, now: datetime) -> Promise:
    """Close a promise with the state that staff give. Raises Fault while a return call is in progress."""
    promise = lock_idle_promise(session, call)
    promise.end(state, f"by staff: {reason}", now)
    save_promise(session, promise)
    return promise


def end_promises_of_answered_callers(session: Session, calls: list[str], now: datetime) -> None:
    """End the promises of callers who were answered on one of these calls.

    If the owner answered, the promise is kept and that call is charged. Otherwise it is withdrawn.
    """
    for call, answered_by in session.execute(_ANSWERED, {"calls": calls}):
        promise = lock_promise(session, call)
        if promise is not None and promise.open:
            state = KEPT if answered_by == promise.owner else WITHDRAWN
            promise.end(state, f"the caller called again, and {answered_by} answered", now)
            save_promise(session, promise)
