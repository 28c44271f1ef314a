"""Erases a caller in the tables of promises. `privacy/erase.py` gives the order of all steps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.promises.deadlines import WITHDRAWN
from callrouter.promises.model import OPEN, Promise, ReturnCall

_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_PSEUDONYMS = sa.bindparam("pseudonyms", type_=ARRAY(sa.Text))
# A call with a promise to another number belongs to both numbers.
_CALLS_OF_CALLERS = (
    sa.select(Call.sid)
    .where(Call.caller_pseudonym == sa.any_(_PSEUDONYMS))
    .union(sa.select(Promise.call).where(Promise.called_pseudonym == sa.any_(_PSEUDONYMS)))
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
    sa.update(ReturnCall).where(ReturnCall.call == sa.any_(_CALLS)).values(called_pseudonym=None)
)
_CLEAR_PROMISES = sa.update(Promise).where(Promise.call == sa.any_(_CALLS)).values(called_pseudonym=None)
_OtherCall = aliased(Call, name="other_call")
_OtherPromise = aliased(Promise, name="other_promise")
_THEIRS = (
    sa.select(Call.caller_pseudonym.label("pseudonym"))
    .where(Call.sid == sa.any_(_CALLS))
    .union(sa.select(Promise.called_pseudonym).where(Promise.call == sa.any_(_CALLS)))
    .subquery("theirs")
)
_WITHOUT_OTHER_CALLS = sa.select(_THEIRS.c.pseudonym).where(
    _THEIRS.c.pseudonym.is_not(None),
    ~sa.exists().where(_OtherCall.caller_pseudonym == _THEIRS.c.pseudonym, _OtherCall.sid != sa.all_(_CALLS)),
    ~sa.exists().where(
        _OtherPromise.called_pseudonym == _THEIRS.c.pseudonym, _OtherPromise.call != sa.all_(_CALLS)
    ),
)


def calls_of_callers(session: Session, pseudonyms: list[str]) -> list[str]:
    """The calls from these callers' numbers, and the calls with a promise to one of them."""
    return list(session.execute(_CALLS_OF_CALLERS, {"pseudonyms": pseudonyms}).scalars())


def withdraw_promises(session: Session, calls: list[str], now: datetime) -> int:
    """Withdraw the open promises of these calls. Returns how many were withdrawn."""
    return len(session.execute(_WITHDRAW, {"calls": calls, "now": now}).all())


def callers_without_other_calls(session: Session, calls: list[str]) -> list[str]:
    """The pseudonyms of the callers of these calls, and of the numbers promised on them, that no other call has."""
    return list(session.execute(_WITHOUT_OTHER_CALLS, {"calls": calls}).scalars())


def erase_promised_numbers(session: Session, calls: list[str]) -> None:
    """Delete which number these calls were to be returned at."""
    session.execute(_CLEAR_RETURN_CALLS, {"calls": calls})
    session.execute(_CLEAR_PROMISES, {"calls": calls})
