"""Handles the number's status callback: the call has ended. It may come early, late or never."""

from __future__ import annotations

from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.arrive import arrive_too_late
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.states import ABANDONED
from callrouter.calls.turn import STILL_THERE, Callback
from callrouter.database import Session
from callrouter.events import inbox, outbox


def handle_call_status(
    session: Session, dependencies: CallDependencies, callback: Callback, now: datetime
) -> None:
    """Store the end of a call. Late callbacks of its last leg or message can still correct the outcome."""
    status = callback.get("CallStatus")
    key = f"status {status}"
    call, seen = calls.lock_call_for(session, callback.call, key)
    if seen:
        return
    inbox.store(session, callback.call, key, now, callback.fields)
    if status in STILL_THERE:
        return
    if call is None:
        if callback.get("To"):
            arrive_too_late(session, dependencies, callback, now)
        return
    call.carrier_seconds = callback.seconds("CallDuration")
    call.last_callback_at = now
    if not call.ended:
        call.end(call.outcome or ABANDONED, now)
        outbox.publish_ended(session, call.sid, now)
    calls.save(session, call)


def handle_recording_status(session: Session, callback: Callback, now: datetime) -> None:
    """Store that the carrier finished a recording. The message was stored when the caller finished it."""
    key = f"recording {callback.get('RecordingSid')} {callback.get('RecordingStatus')}"
    if not inbox.has_come(session, callback.call, key):
        inbox.store(session, callback.call, key, now, callback.fields)
