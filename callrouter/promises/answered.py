"""A caller who calls again, and is answered, needs no return call any more."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.promises import promise as promises
from callrouter.promises.schedule import KEPT, WITHDRAWN

_PROMISES_OF_ANSWERED = sql(
    # Calling again from the number that is to be called, or from the one that was promised a call at another.
    "SELECT promise.call, again.answered_by FROM call again"
    " JOIN promise ON promise.called_match = again.caller_match AND promise.state = 'open'"
    " WHERE again.sid = ANY(:calls) AND again.outcome = 'answered' AND again.arrived_at > promise.made_at"
    " UNION SELECT promise.call, again.answered_by FROM call again"
    " JOIN call ON call.caller_match = again.caller_match"
    " JOIN promise ON promise.call = call.sid AND promise.state = 'open' AND promise.called_purpose = 'return'"
    " WHERE again.sid = ANY(:calls) AND again.outcome = 'answered' AND again.arrived_at > promise.made_at"
    " ORDER BY 1"
)


def end_promises_of_answered(session: Session, calls: list[str], now: datetime) -> None:
    """End the promises of callers who have been answered on one of these calls.

    By the center that owed it: then it is kept, and charged as that answered call.
    """
    for call, answered_by in session.ask(_PROMISES_OF_ANSWERED, calls=calls):
        promise = promises.locked(session, call)
        if promise is not None and promise.open:
            same = answered_by == promise.owner
            promise.end(
                KEPT if same else WITHDRAWN, f"the caller called again, and {answered_by} answered", now
            )
            promises.save(session, promise)
