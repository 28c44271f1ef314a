"""Deleting messages: when their days are over, or when somebody asks for it. What stays is that there was one.

The sound goes at once. Where the carrier still has it, it is due to be deleted there.
"""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql

# The COALESCE, whose second is never taken, tells PostgreSQL what kind of value `:now` is.
_DELETE = (
    "UPDATE recording SET deleted_at = :now, state = 'deleted', sealed = NULL, key_id = NULL,"
    " next_try_at = CASE WHEN deleted_at_carrier_at IS NULL THEN COALESCE(:now, next_try_at) END,"
    " attempts = 0, error = NULL, set_aside_at = NULL WHERE state IN ('waiting', 'kept') AND"
)
_DELETE_ONE = sql(f"{_DELETE} call = :call RETURNING 1")
_DELETE_OLD = sql(f"{_DELETE} call IN (SELECT call FROM message WHERE left_at <= :until) RETURNING 1")  # noqa: S608

_DELETE_ALL_OF = sql(
    f"{_DELETE} call IN (SELECT sid FROM call WHERE caller_match = :match) RETURNING 1"  # noqa: S608
)


def delete_message(session: Session, call: str, now: datetime) -> bool:
    """Delete the message that was left on a call; False where there is none, or its sound is not kept."""
    return bool(session.ask(_DELETE_ONE, call=call, now=now))


def delete_messages_of(session: Session, match: str, now: datetime) -> int:
    """Delete all that a caller has left, by the match value; how many there were."""
    return len(session.ask(_DELETE_ALL_OF, match=match, now=now))


def delete_old_messages(session: Session, until: datetime, now: datetime) -> int:
    """Delete the messages that were left until a moment; how many there were."""
    return len(session.ask(_DELETE_OLD, until=until, now=now))
