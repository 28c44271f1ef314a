"""Reads and writes promises and return calls, under the lock of the promise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.promises.model import OPEN, Promise, ReturnCall

_NEVER_CHANGES = {
    *("call", "listing", "helpline", "only_center", "made_at"),
    *("consent_words", "consent_key", "consent_at"),
}
_PROMISE_COLUMNS = [column.name for column in Promise.__table__.columns]
_PROMISE_CHANGES = [name for name in _PROMISE_COLUMNS if name not in _NEVER_CHANGES]
_RETURN_CALL_COLUMNS = [column.name for column in ReturnCall.__table__.columns]
_RETURN_CALL_CHANGES = _RETURN_CALL_COLUMNS[_RETURN_CALL_COLUMNS.index("sid") :]

LOCK_PROMISE = sa.select(Promise.__table__).where(Promise.call == sa.bindparam("call")).with_for_update()
SELECT_RETURN_CALL = sa.select(ReturnCall.__table__).where(
    ReturnCall.call == sa.bindparam("call"), ReturnCall.number == sa.bindparam("number")
)
_IN_PROGRESS = sa.select(ReturnCall.number).where(
    ReturnCall.call == sa.bindparam("call"), ReturnCall.outcome.is_(None)
)
_SAVE_PROMISE = sa.update(Promise).where(Promise.call == sa.bindparam("of_call"))
_ADD_RETURN_CALL = sa.insert(ReturnCall)
_SAVE_RETURN_CALL = sa.update(ReturnCall).where(
    ReturnCall.call == sa.bindparam("of_call"), ReturnCall.number == sa.bindparam("of_number")
)
_Again = aliased(Call, name="again")
_CALLER_OF_CALL = sa.select(Call.caller_pseudonym).where(Call.sid == sa.bindparam("call")).scalar_subquery()
_CALLER_IN_CALL = (
    sa.select(_Again.sid)
    .where(
        sa.or_(
            sa.and_(_Again.ended_at.is_(None), _Again.arrived_at > sa.bindparam("lately")),
            # Or was just answered, so the promise is about to end.
            sa.and_(_Again.outcome == "answered", _Again.arrived_at > sa.bindparam("made_at")),
        ),
        sa.or_(_Again.caller_pseudonym == sa.bindparam("match"), _Again.caller_pseudonym == _CALLER_OF_CALL),
    )
    .limit(1)
)
_LATELY = timedelta(hours=5)
"""no call lasts longer; an older call without an end is ignored"""


def promise_of_row(row: Any | None) -> Promise | None:
    """Convert a row of LOCK_PROMISE. None if there is no row."""
    return Promise(**row._asdict()) if row else None


def lock_promise(session: Session, call: str) -> Promise | None:
    """Return the promise of a call and lock it until the transaction ends."""
    return promise_of_row(session.execute(LOCK_PROMISE, {"call": call}).one_or_none())


def lock_idle_promise(session: Session, call: str) -> Promise:
    """Lock an open promise without a return call in progress. Raises NotKnown or Fault if there is none."""
    promise = lock_promise(session, call)
    if promise is None:
        raise NotKnown(
            f"nobody was promised a return call on {call}; `callrouter promises list` shows the open ones"
        )
    if not promise.open:
        raise Fault(f"the promise of {call} has ended: {promise.state}, {promise.end_reason}")
    if has_return_call_in_progress(session, call):
        raise Fault(
            f"the caller of {call} is being called back in this moment; see what comes of it, and ask again"
        )
    return promise


def has_return_call_in_progress(session: Session, call: str) -> bool:
    """Whether a return call is in progress. Hold the promise's lock: without it none begins."""
    return session.execute(_IN_PROGRESS, {"call": call}).first() is not None


def caller_is_in_call(session: Session, promise: Promise, now: datetime) -> bool:
    """Whether the caller has a call with us, from the promised number or from the number first used.

    A caller never gets two calls of ours at once.
    """
    values = {"call": promise.call, "match": promise.called_pseudonym, "made_at": promise.made_at}
    return session.execute(_CALLER_IN_CALL, {**values, "lately": now - _LATELY}).first() is not None


def save_promise(session: Session, promise: Promise) -> None:
    """Store the columns of a promise that may change."""
    changes = {name: getattr(promise, name) for name in _PROMISE_CHANGES}
    session.execute(_SAVE_PROMISE, {"of_call": promise.call, **changes})


def add_return_call(session: Session, return_call: ReturnCall) -> None:
    """Store a return call. The database refuses a second one for the same promise or caller."""
    session.execute(_ADD_RETURN_CALL, {name: getattr(return_call, name) for name in _RETURN_CALL_COLUMNS})


def find_return_call(session: Session, call: str, number: int) -> ReturnCall:
    """Return a stored return call."""
    row = session.execute(SELECT_RETURN_CALL, {"call": call, "number": number}).one()
    return ReturnCall(**row._asdict())


def correct_talk_seconds(session: Session, call: str, number: int, seconds: int) -> None:
    """Store the talk time that the carrier's records show."""
    values = {"of_call": call, "of_number": number, "talk_seconds": seconds}
    session.execute(_SAVE_RETURN_CALL, values)


def save_return_call(session: Session, return_call: ReturnCall) -> None:
    """Store the columns of a return call that may change."""
    changes = {name: getattr(return_call, name) for name in _RETURN_CALL_CHANGES}
    key = {"of_call": return_call.call, "of_number": return_call.number}
    session.execute(_SAVE_RETURN_CALL, {**key, **changes})


def is_promised(call: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the promise of this call is open."""
    return sa.exists().where(Promise.call == call, Promise.state == OPEN)


def is_being_returned(call: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a return call for this call is in progress."""
    return sa.exists().where(ReturnCall.call == call, ReturnCall.outcome.is_(None))
