"""The do-not-call list. It holds match values, never numbers.

Source: 47 CFR 64.1200(d), internal do-not-call lists.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.promises.deadlines import WITHDRAWN
from callrouter.promises.model import OPEN, DoNotCallEntry, Promise

_ADD = insert(DoNotCallEntry).on_conflict_do_nothing(index_elements=["called_pseudonym"])
_OF_MATCH = DoNotCallEntry.called_pseudonym == sa.bindparam("match")
_REMOVE = sa.delete(DoNotCallEntry).where(_OF_MATCH)
_LISTED = sa.select(DoNotCallEntry.called_pseudonym).where(_OF_MATCH)
_WITHDRAW = (
    sa.update(Promise)
    .where(Promise.called_pseudonym == sa.bindparam("match"), Promise.state == OPEN)
    .values(
        state=WITHDRAWN,
        ended_at=sa.bindparam("now"),
        end_reason="the caller asked not to be called again",
        next_attempt_at=None,
        wait_reason=None,
    )
    .returning(Promise.call)
)


def may_be_called(session: Session, match: str | None) -> bool:
    """Whether the number is known and not on the list. Ask in the transaction that dials."""
    return match is not None and session.execute(_LISTED, {"match": match}).first() is None


def allow_calls(session: Session, match: str) -> None:
    """Take a number off the list. A caller who asks for a return call withdraws an earlier do-not-call request."""
    session.execute(_REMOVE, {"match": match})


def add_to_do_not_call(session: Session, match: str, now: datetime) -> int:
    """Put a number on the list and withdraw its open promises. Returns how many were withdrawn."""
    session.execute(_ADD, {"called_pseudonym": match, "asked_at": now})
    return len(session.execute(_WITHDRAW, {"match": match, "now": now}).all())
