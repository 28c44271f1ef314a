"""Erases a caller in the tables of calls. `privacy/erase.py` gives the order of all steps."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from callrouter.calls.model import Call
from callrouter.database import Session

_CALLS = sa.bindparam("calls", type_=ARRAY(sa.Text))
_LOCK = sa.select(Call.sid).where(Call.sid == sa.any_(_CALLS)).order_by(Call.sid).with_for_update()
_Other = aliased(Call, name="other")
_CALLERS = (
    sa.select(Call.caller_pseudonym)
    .distinct()
    .where(
        Call.sid == sa.any_(_CALLS),
        Call.caller_pseudonym.is_not(None),
        ~sa.exists().where(_Other.caller_pseudonym == Call.caller_pseudonym, _Other.sid != sa.all_(_CALLS)),
    )
)
_REPLACE_MATCH = sa.update(Call).where(Call.caller_pseudonym == sa.bindparam("of_match"))


def is_in_progress(call: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether this call has not ended."""
    return sa.exists().where(Call.sid == call, Call.ended_at.is_(None))


def lock_calls(session: Session, calls: list[str]) -> None:
    """Lock these calls until the transaction ends, in the order that everybody uses."""
    session.execute(_LOCK, {"calls": calls}).all()


def callers_without_other_calls(session: Session, calls: list[str]) -> list[str]:
    """The match values of callers who have no other calls than these."""
    return list(session.execute(_CALLERS, {"calls": calls}).scalars())


def replace_call_match(session: Session, match: str, instead: str) -> None:
    """Replace a caller's match value."""
    session.execute(_REPLACE_MATCH, {"of_match": match, "caller_pseudonym": instead})
