"""Stores a message in the transaction of the callback that reports it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from callrouter.calls.dependencies import Recording
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.events import outbox
from callrouter.messages.delete import delete_message
from callrouter.messages.model import WAITING, MessageRecording, VoicemailMessage

_ADD_MESSAGE = insert(VoicemailMessage).on_conflict_do_nothing(index_elements=["call"])
_ADD_RECORDING = insert(MessageRecording).on_conflict_do_nothing(index_elements=["call"])


def store_message(
    session: Session, call: Call, owner: str | None, recording: Recording, now: datetime
) -> None:
    """Store a message for its owner. The carrier still has the sound; a worker fetches it.

    If the caller was erased meanwhile, the sound is only deleted at the carrier.
    """
    message = {"owner": owner, "recording": recording.sid, "seconds": recording.seconds, "left_at": now}
    session.execute(_ADD_MESSAGE, {"call": call.sid, **message})
    session.execute(
        _ADD_RECORDING, {"call": call.sid, "state": WAITING, "next_attempt_at": now, "attempts": 0}
    )
    if call.forgotten:
        delete_message(session, call.sid, now)
        return
    outbox.publish_alert(session, "message-left", at=now, call=call.sid, center=owner)
