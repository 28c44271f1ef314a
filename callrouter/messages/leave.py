"""Keeping what a caller left, in the transaction of the callback that tells of it."""

from __future__ import annotations

from datetime import datetime

from callrouter.calls.dependencies import Recording
from callrouter.calls.model import Call
from callrouter.database import Session, sql
from callrouter.events import outbox
from callrouter.messages.delete import delete_message

_KEEP = sql(
    "INSERT INTO message (call, owner, recording, seconds, left_at)"
    " VALUES (:call, :owner, :recording, :seconds, :at) ON CONFLICT (call) DO NOTHING"
)
_TO_BE_FETCHED = sql(
    "INSERT INTO recording (call, state, next_try_at, attempts)"
    " VALUES (:call, 'waiting', :at, 0) ON CONFLICT (call) DO NOTHING"
)


def keep_message(
    session: Session, call: Call, owner: str | None, recording: Recording, now: datetime
) -> None:
    """Keep what the caller left, for its owner; the sound is still the carrier's, and is to be fetched.

    Of a caller who was forgotten meanwhile nothing is kept: it is to be deleted there.
    """
    session.tell(
        _KEEP, call=call.sid, owner=owner, recording=recording.sid, seconds=recording.seconds, at=now
    )
    session.tell(_TO_BE_FETCHED, call=call.sid, at=now)
    if call.forgotten:
        delete_message(session, call.sid, now)
        return
    outbox.publish_alert(session, "message-left", at=now, call=call.sid, center=owner)
