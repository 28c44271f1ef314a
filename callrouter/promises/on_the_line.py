"""A caller who is calling us is not called back in the same moment: nobody has two calls of ours at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from callrouter.database import Session, sql
from callrouter.promises.promise import Promise

_CALLING_US = sql(
    # Or has just been answered, and the promise is about to end for that.
    "SELECT 1 FROM call again WHERE ((again.ended_at IS NULL AND again.arrived_at > :lately)"
    " OR (again.outcome = 'answered' AND again.arrived_at > :made_at))"
    " AND (again.caller_match = :match"
    " OR again.caller_match = (SELECT caller_match FROM call WHERE sid = :call)) LIMIT 1"
)
_LATELY = timedelta(hours=5)
"""no call is longer; what has not ended by then is waited for no more"""


def is_calling_us(session: Session, promise: Promise, now: datetime) -> bool:
    """Whether the caller is on the line, from the number that is to be called or from the one they called from."""
    return bool(
        session.ask(
            _CALLING_US,
            call=promise.call,
            match=promise.called_match,
            lately=now - _LATELY,
            made_at=promise.made_at,
        )
    )
