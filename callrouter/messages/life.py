"""The life of a message's sound: what is next for it, and what has become of it.

`next_try_at` says when the carrier is to be asked again, to fetch the sound or to delete it. Every change looks at
the state that it comes from, so whatever was overtaken (somebody deleted the message while it was fetched) changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.database import Session, sql
from callrouter.privacy.vault import Sealed

LEASE = timedelta(minutes=2)
"""longer than any step takes; whoever died in one is followed by another"""

_CLAIM = sql(
    "UPDATE recording SET next_try_at = :lease, attempts = attempts + 1 WHERE next_try_at <= :now AND call ="
    " (SELECT call FROM recording WHERE next_try_at <= :now ORDER BY next_try_at, call LIMIT 1)"
    " RETURNING call, state, attempts"
)
_LEFT = sql("SELECT recording, left_at FROM message WHERE call = :call")
_KEEP = sql(
    "UPDATE recording SET state = 'kept', key_id = :key_id, sealed = :sealed, fetched_at = :now,"
    " next_try_at = :now, attempts = 0, error = NULL WHERE call = :call AND state = 'waiting'"
)
_DROP = sql(
    "UPDATE recording SET state = 'silent', note = :note, fetched_at = :now,"
    " next_try_at = :now, attempts = 0, error = NULL WHERE call = :call AND state = 'waiting'"
)
_MISS = sql(
    "UPDATE recording SET state = 'gone', next_try_at = NULL, attempts = 0, error = NULL"
    " WHERE call = :call AND state = 'waiting'"
)
_DELETED_AT_CARRIER = sql(
    "UPDATE recording SET deleted_at_carrier_at = :now, next_try_at = NULL, attempts = 0, error = NULL"
    " WHERE call = :call AND state <> 'waiting' AND deleted_at_carrier_at IS NULL"
)
_PUT_OFF = sql(
    "UPDATE recording SET next_try_at = :until, error = :error"
    " WHERE call = :call AND state = :state AND next_try_at IS NOT NULL"
)
_PUT_OFF_ALL = sql("UPDATE recording SET next_try_at = :until WHERE next_try_at < :until")
_SET_ASIDE = sql(
    "UPDATE recording SET next_try_at = NULL, set_aside_at = :now, error = :error"
    " WHERE call = :call AND state = :state AND next_try_at IS NOT NULL"
)
_TRY_AGAIN = sql(
    "UPDATE recording SET next_try_at = :now, set_aside_at = NULL, attempts = 0"
    " WHERE set_aside_at IS NOT NULL RETURNING 1"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A message for which the carrier is to be asked something now."""

    call: str
    state: str
    attempts: int
    """this one included"""
    recording: str
    """its RecordingSid"""
    left_at: datetime


def claim(session: Session, now: datetime) -> Due | None:
    """The message that has been due longest, for whoever asks; None where nothing is due."""
    claimed = session.ask(_CLAIM, now=now, lease=now + LEASE)
    if not claimed:
        return None
    [(call, state, attempts)] = claimed
    [(recording, left_at)] = session.ask(_LEFT, call=call)
    return Due(call, state, attempts, recording, left_at)


def keep(session: Session, call: str, sealed: Sealed, now: datetime) -> None:
    """The sound is sealed here, and is to be deleted at the carrier."""
    session.tell(_KEEP, call=call, key_id=sealed.key_id, sealed=sealed.content, now=now)


def drop(session: Session, call: str, note: str, now: datetime) -> None:
    """Nobody speaks in it: the sound is not kept, and is to be deleted at the carrier."""
    session.tell(_DROP, call=call, note=note, now=now)


def miss(session: Session, call: str) -> None:
    """The carrier has no such recording."""
    session.tell(_MISS, call=call)


def deleted_at_carrier(session: Session, call: str, now: datetime) -> None:
    """The carrier has it no more, so there is nothing left to ask."""
    session.tell(_DELETED_AT_CARRIER, call=call, now=now)


def put_off(session: Session, due: Due, error: str, until: datetime) -> None:
    """It could not be done now."""
    session.tell(_PUT_OFF, call=due.call, state=due.state, error=error, until=until)


def put_off_all(session: Session, until: datetime) -> None:
    """The carrier is left alone until then."""
    session.tell(_PUT_OFF_ALL, until=until)


def set_aside(session: Session, due: Due, error: str, now: datetime) -> None:
    """It cannot be done as it is; staff see the error, and can have it tried again."""
    session.tell(_SET_ASIDE, call=due.call, state=due.state, error=error, now=now)


def try_again(session: Session, now: datetime) -> int:
    """Let the messages that were set aside be tried again; how many there are."""
    return len(session.ask(_TRY_AGAIN, now=now))
