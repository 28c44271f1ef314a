"""Callers who do not want to be called, and callers who want to be forgotten.

The list holds match values, no numbers. Source: 47 CFR 64.1200(d), internal do-not-call lists.
"""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.messages.delete import delete_messages_of
from callrouter.promises.schedule import WITHDRAWN

_STOP = sql(
    "INSERT INTO do_not_call (called_match, asked_at) VALUES (:match, :now) ON CONFLICT (called_match) DO NOTHING"
)
_STOPPED = sql("SELECT 1 FROM do_not_call WHERE called_match = :match")
_WITHDRAW = sql(
    "UPDATE promise SET state = :state, ended_at = :now, ended_because = :because, next_try_at = NULL,"
    " waits_for = NULL WHERE called_match = :match AND state = 'open'"
)
_FORGET = (
    sql("DELETE FROM sealed_number WHERE call IN (SELECT sid FROM call WHERE caller_match = :match)"),
    sql("DELETE FROM sealed_number WHERE call IN (SELECT call FROM promise WHERE called_match = :match)"),
    sql("UPDATE return_call SET called_match = NULL WHERE called_match = :match"),
    sql("UPDATE promise SET called_match = NULL WHERE called_match = :match"),
    sql("UPDATE entry SET caller_match = NULL WHERE caller_match = :match"),
    sql("UPDATE call SET caller_match = NULL WHERE caller_match = :match"),
)


def may_be_called(session: Session, match: str | None) -> bool:
    """Whether somebody's number is known and not on the list. Asked in the transaction that dials."""
    return match is not None and not session.ask(_STOPPED, match=match)


def stop(session: Session, match: str, now: datetime) -> None:
    """Call this number no more: it goes on the list, and what it was promised is withdrawn."""
    session.tell(_STOP, match=match, now=now)
    _withdraw(session, match, "the caller asked not to be called again", now)


def forget(session: Session, match: str, now: datetime) -> None:
    """Drop a caller's sealed numbers, messages and match values. What was told or charged stays, of nobody.

    A wish not to be called stays on the list: without it we could not keep to it.
    """
    _withdraw(session, match, "the caller asked to be forgotten", now)
    delete_messages_of(session, match, now)
    for statement in _FORGET:
        session.tell(statement, match=match)


def _withdraw(session: Session, match: str, because: str, now: datetime) -> None:
    session.tell(_WITHDRAW, match=match, state=WITHDRAWN, because=because, now=now)
