"""Callers who do not want to be called, and callers who want to be forgotten.

The list holds match values, no numbers. Source: 47 CFR 64.1200(d), internal do-not-call lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session, sql
from callrouter.messages.delete import delete_messages_of
from callrouter.privacy.forgotten import a_name_of_nobody
from callrouter.promises.schedule import WITHDRAWN

_STOP = sql(
    "INSERT INTO do_not_call (called_match, asked_at) VALUES (:match, :now) ON CONFLICT (called_match) DO NOTHING"
)
_ALLOW = sql("DELETE FROM do_not_call WHERE called_match = :match")
_STOPPED = sql("SELECT 1 FROM do_not_call WHERE called_match = :match")
_END = (
    "UPDATE promise SET state = :state, ended_at = :now, ended_because = :because, next_try_at = NULL,"
    " waits_for = NULL"
)
_WITHDRAW = sql(f"{_END} WHERE called_match = :match AND state = 'open' RETURNING 1")
_WITHDRAW_ALL = sql(f"{_END} WHERE call = ANY(:calls) AND state = 'open' RETURNING 1")
_CALLS_OF = sql(
    "SELECT sid FROM call WHERE caller_match = :match"
    " UNION SELECT call FROM promise WHERE called_match = :match ORDER BY 1"
)
_LOCK_CALLS = sql("SELECT sid FROM call WHERE sid = ANY(:calls) ORDER BY sid FOR UPDATE")
_FORGET = (
    sql("DELETE FROM sealed_number WHERE call = ANY(:calls)"),
    sql("UPDATE return_call SET called_match = NULL WHERE call = ANY(:calls)"),
    sql("UPDATE promise SET called_match = NULL WHERE call = ANY(:calls)"),
)
_CALLERS = sql(
    "SELECT DISTINCT caller_match FROM call WHERE sid = ANY(:calls) AND caller_match IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM call other WHERE other.caller_match = call.caller_match"
    " AND other.sid <> ALL(:calls))"
)
_RENAME = (
    sql("UPDATE ledger_entry SET caller_match = :name WHERE caller_match = :match AND entry_type = 'charge'"),
    sql("UPDATE call SET caller_match = :name WHERE caller_match = :match"),
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each there were of a caller; again there are none."""

    calls: int
    messages: int
    """that were deleted"""
    promises: int
    """that were open, and withdrawn"""


def may_be_called(session: Session, match: str | None) -> bool:
    """Whether somebody's number is known and not on the list. Asked in the transaction that dials."""
    return match is not None and not session.ask(_STOPPED, match=match)


def allow_again(session: Session, match: str) -> None:
    """Whoever asks to be called back takes an earlier wish not to be called back with it."""
    session.tell(_ALLOW, match=match)


def stop(session: Session, match: str, now: datetime) -> int:
    """Call this number no more: it goes on the list, and what it was promised is withdrawn; how many promises."""
    session.tell(_STOP, match=match, now=now)
    because = "the caller asked not to be called again"
    return len(session.ask(_WITHDRAW, match=match, state=WITHDRAWN, because=because, now=now))


def forget(session: Session, match: str, now: datetime) -> Forgotten:
    """Drop a caller's sealed numbers, messages and match values. What was told or charged stays, of nobody.

    A call that was promised a return at another number is of both numbers: whoever has either forgotten has that
    call forgotten. A wish not to be called stays on the list: without it we could not keep to it.
    """
    calls = [call for (call,) in session.ask(_CALLS_OF, match=match)]
    # Calls before promises, as everybody locks them.
    session.ask(_LOCK_CALLS, calls=calls)
    because = "the caller asked to be forgotten"
    withdrawn = session.ask(_WITHDRAW_ALL, calls=calls, state=WITHDRAWN, because=because, now=now)
    messages = delete_messages_of(session, match, now)
    for statement in _FORGET:
        session.tell(statement, calls=calls)
    _rename(session, calls)
    return Forgotten(len(calls), messages, len(withdrawn))


def _rename(session: Session, calls: list[str]) -> None:
    """Give each caller of these calls a name of nobody, so that what is a repeat stays one, and no amount changes.

    A caller's calls change their name together: of whom other calls stay, they all keep it.
    """
    for (match,) in session.ask(_CALLERS, calls=calls):
        name = a_name_of_nobody()
        for statement in _RENAME:
            session.tell(statement, match=match, name=name)
