"""Erases a caller in the tables of calls. `privacy/erase.py` gives the order of all steps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Call
from callrouter.database import Session

_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_LOCK = sa.select(Call.sid).where(Call.sid == sa.any_(_CALLS)).order_by(Call.sid).with_for_update()
_MARK_ERASED = (
    sa.update(Call)
    .where(Call.sid == sa.any_(_CALLS), Call.caller_erased_at.is_(None))
    .values(caller_erased_at=sa.bindparam("now"))
)


def is_in_progress(call: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether this call has not ended."""
    return sa.exists().where(Call.sid == call, Call.ended_at.is_(None))


def lock_calls(session: Session, calls: list[str]) -> None:
    """Lock these calls until the transaction ends, in the order that everybody uses."""
    session.execute(_LOCK, {"calls": calls}).all()


def mark_erased(session: Session, calls: list[str], now: datetime) -> None:
    """Store that the vault has the callers of these calls no more."""
    session.execute(_MARK_ERASED, {"calls": calls, "now": now})
