"""Calls whose end never comes are ended after their longest possible time; so are legs of which nothing was told.

What a reaper supposes (`suppose.py`) is corrected when the real callback comes late, or when the carrier's books are
read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from callrouter.calls import call as calls
from callrouter.calls.states import ABANDONED, ANSWERED
from callrouter.calls.steps import LONGEST_TALK_SECONDS
from callrouter.calls.suppose import suppose
from callrouter.calls.turn import CallContext
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.events import outbox
from callrouter.routing.memory import RoutingMemory

LONGEST_TALK = timedelta(seconds=LONGEST_TALK_SECONDS, minutes=30)
LONGEST_PROMPT = timedelta(minutes=15)
LEG_AFTER_CALL = timedelta(minutes=2)
"""how long the result of a leg may come after the end of its call"""
LEG_AFTER_ITS_END = timedelta(seconds=30)
"""the same where the leg itself has told its end: two requests that time out, of 15 seconds each"""

_TOO_OLD = sql(
    "SELECT sid FROM call WHERE ended_at IS NULL AND (last_heard_at < :talk OR"
    " (last_heard_at < :prompt AND status <> 'ringing')) ORDER BY arrived_at LIMIT :most"
)
_LEGS_LEFT_OPEN = sql(
    "SELECT DISTINCT leg.call FROM leg JOIN call ON call.sid = leg.call"
    " WHERE leg.outcome IS NULL AND (call.ended_at < :silent OR (call.ended_at < :told AND leg.progress IN"
    " ('completed', 'busy', 'failed', 'no-answer', 'canceled'))) LIMIT :most"
)


def overdue(session: Session, now: datetime, most: int = 100) -> list[str]:
    """CallSids of calls and legs that nothing will be heard of any more."""
    old = session.ask(_TOO_OLD, talk=now - LONGEST_TALK, prompt=now - LONGEST_PROMPT, most=most)
    left = session.ask(_LEGS_LEFT_OPEN, silent=now - LEG_AFTER_CALL, told=now - LEG_AFTER_ITS_END, most=most)
    return list(dict.fromkeys(sid for (sid,) in old + left))


def reap(
    directories: DirectoryShelf, memory: RoutingMemory, sid: str, now: datetime, session: Session
) -> None:
    """End a call of which nothing more is heard, by what is known of it."""
    call = calls.locked(session, sid)
    if call is None or (call.ended and not any(leg.open for leg in call.legs)):
        return
    at_hand = CallContext(
        session=session, memory=memory, directory=directories.in_force(session), call=call, now=now
    )
    call.reaped = True
    for leg in call.legs:
        if leg.open:
            suppose(at_hand, leg)
    if not call.ended:
        call.end(call.outcome or ABANDONED, now)
    if call.answered_by:
        call.outcome = ANSWERED
    calls.save(session, call)
    outbox.publish_ended(session, sid, now)
