"""Deletes messages: after the retention period, or on request. The record that there was one stays.

The sound is deleted here at once. If the carrier still has it, a worker deletes it there.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.database import Instant, Session
from callrouter.messages.model import DELETED, KEPT, WAITING, MessageRecording, VoicemailMessage

_NOW = sa.bindparam("now", type_=Instant)
_DELETE = (
    sa.update(MessageRecording)
    .where(sa.or_(MessageRecording.state == WAITING, MessageRecording.state == KEPT))
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
_DELETE_OF_CALLER = _DELETE.where(
    MessageRecording.call.in_(sa.select(Call.sid).where(Call.caller_pseudonym == sa.bindparam("match")))
)


def delete_message(session: Session, call: str, now: datetime) -> bool:
    """Delete the message of a call. False if there is none, or its sound is already gone."""
    return session.execute(_DELETE_ONE, {"of_call": call, "now": now}).first() is not None


def delete_messages_of(session: Session, match: str, now: datetime) -> int:
    """Delete all messages of a caller, by match value. Returns how many there were."""
    return len(session.execute(_DELETE_OF_CALLER, {"match": match, "now": now}).all())


def delete_old_messages(session: Session, until: datetime, now: datetime) -> int:
    """Delete the messages that were left before a moment. Returns how many there were."""
    return len(session.execute(_DELETE_OLD, {"until": until, "now": now}).all())
