"""Deletes messages: after the retention period, or on request. The record that there was one stays.

The sound is deleted here at once. If the carrier still has it, a worker deletes it there.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Call
from callrouter.database import Instant, Session
from callrouter.messages.model import DELETED, KEPT, WAITING, MessageRecording, VoicemailMessage

_NOW = sa.bindparam("now", type_=Instant)
_NOT_DELETED = sa.or_(MessageRecording.state == WAITING, MessageRecording.state == KEPT)
_DELETE = (
    sa.update(MessageRecording)
    .where(_NOT_DELETED)
    .values(
        deleted_at=_NOW,
        state=DELETED,
        sealed=None,
        day=None,
        next_attempt_at=sa.case((MessageRecording.deleted_at_carrier_at.is_(None), _NOW)),
        attempts=0,
        error=None,
        set_aside_at=None,
    )
    .returning(MessageRecording.call)
)
_DELETE_ONE = _DELETE.where(MessageRecording.call == sa.bindparam("of_call"))
_DELETE_OLD = _DELETE.where(
    MessageRecording.call.in_(
        sa.select(VoicemailMessage.call).where(VoicemailMessage.left_at <= sa.bindparam("until"))
    )
)
_DELETE_OF_CALLERS = _DELETE.where(
    MessageRecording.call.in_(
        sa.select(Call.sid).where(
            Call.caller_pseudonym == sa.any_(sa.bindparam("pseudonyms", type_=ARRAY(sa.Text)))
        )
    )
)
_STAYS = sa.exists().where(
    VoicemailMessage.call == MessageRecording.call,
    VoicemailMessage.left_at > sa.bindparam("messages_left_until", type_=Instant),
)
_COUNT_OLD = (
    sa.select(sa.func.count())
    .select_from(MessageRecording)
    .join(VoicemailMessage, VoicemailMessage.call == MessageRecording.call)
    .where(_NOT_DELETED, VoicemailMessage.left_at <= sa.bindparam("until"))
)


def has_message(call: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the message of this call stays: it was left after `messages_left_until`, and is not deleted."""
    return sa.exists().where(MessageRecording.call == call, _NOT_DELETED, _STAYS)


def has_message_of_day(day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether a message stays that was sealed on this day."""
    return sa.exists().where(MessageRecording.day == day, _STAYS)


def count_old_messages(session: Session, until: datetime) -> int:
    """How many messages that were left before a moment are not deleted."""
    count: int = session.execute(_COUNT_OLD, {"until": until}).scalar()
    return count


def delete_message(session: Session, call: str, now: datetime) -> bool:
    """Delete the message of a call. False if there is none, or its sound is already gone."""
    return session.execute(_DELETE_ONE, {"of_call": call, "now": now}).first() is not None


def delete_messages_of(session: Session, pseudonyms: list[str], now: datetime) -> int:
    """Delete all messages of callers, by their pseudonyms. Returns how many there were."""
    return len(session.execute(_DELETE_OF_CALLERS, {"pseudonyms": pseudonyms, "now": now}).all())


def delete_old_messages(session: Session, until: datetime, now: datetime) -> int:
    """Delete the messages that were left before a moment. Returns how many there were."""
    return len(session.execute(_DELETE_OLD, {"until": until, "now": now}).all())
