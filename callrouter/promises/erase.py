"""What is erased here of a caller who asks for it. `privacy/erase.py` says in which order all of it is done."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.promises.model import OPEN, Promise, ReturnCall
from callrouter.promises.schedule import WITHDRAWN

_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
# A call that was promised a return at another number is of both numbers.
_CALLS_OF_NUMBER = (
    sa.select(Call.sid)
    .where(Call.caller_match == sa.bindparam("match"))
    .union(sa.select(Promise.call).where(Promise.called_match == sa.bindparam("match")))
    .order_by("sid")
)
_WITHDRAW = (
    sa.update(Promise)
    .where(Promise.call == sa.any_(_CALLS), Promise.state == OPEN)
    .values(
        state=WITHDRAWN,
        ended_at=sa.bindparam("now"),
        end_reason="the caller asked to be forgotten",
        next_attempt_at=None,
        wait_reason=None,
    )
    .returning(Promise.call)
)
_CLEAR_RETURN_CALLS = (
    sa.update(ReturnCall).where(ReturnCall.call == sa.any_(_CALLS)).values(called_match=None)
)
_CLEAR_PROMISES = sa.update(Promise).where(Promise.call == sa.any_(_CALLS)).values(called_match=None)


def calls_of_number(session: Session, match: str) -> list[str]:
    """The calls from a number, and those that were promised a return call at it."""
    return list(session.execute(_CALLS_OF_NUMBER, {"match": match}).scalars())


def withdraw_promises(session: Session, calls: list[str], now: datetime) -> int:
    """Withdraw the open promises of these calls; how many there were."""
    return len(session.execute(_WITHDRAW, {"calls": calls, "now": now}).all())


def erase_promise_matches(session: Session, calls: list[str]) -> None:
    """Delete the match values of the numbers that these calls were to be returned at."""
    session.execute(_CLEAR_RETURN_CALLS, {"calls": calls})
    session.execute(_CLEAR_PROMISES, {"calls": calls})
