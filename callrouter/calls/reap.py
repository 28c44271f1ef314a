"""Ends calls and legs whose callbacks never came, after the longest time they can last.

The reaper assumes a result (`missing_result.py`). A late callback or the carrier's records correct it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from callrouter.calls import call as calls
from callrouter.calls.missing_result import assume_result
from callrouter.calls.model import Call, Leg
from callrouter.calls.states import ABANDONED, ANSWERED, LEG_ENDS, RINGING
from callrouter.calls.steps import LONGEST_TALK_SECONDS
from callrouter.calls.turn import CallContext
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.events import outbox
from callrouter.routing.memory import RoutingMemory

LONGEST_TALK = timedelta(seconds=LONGEST_TALK_SECONDS, minutes=30)
LONGEST_PROMPT = timedelta(minutes=15)
LEG_AFTER_CALL = timedelta(minutes=2)
"""how long a leg's result may come after the end of its call"""
LEG_AFTER_ITS_END = timedelta(seconds=30)
"""the same if the leg has reported its end: two request timeouts of 15 seconds"""

_TOO_OLD = (
    sa.select(Call.sid)
    .where(
        Call.ended_at.is_(None),
        sa.or_(
            Call.last_callback_at < sa.bindparam("talk"),
            sa.and_(Call.last_callback_at < sa.bindparam("prompt"), Call.status != RINGING),
        ),
    )
    .order_by(Call.arrived_at)
    .limit(sa.bindparam("most"))
)
_LEGS_LEFT_OPEN = (
    sa.select(Leg.call)
    .distinct()
    .join(Call, Call.sid == Leg.call)
    .where(
        Leg.outcome.is_(None),
        sa.or_(
            Call.ended_at < sa.bindparam("silent"),
            sa.and_(
                Call.ended_at < sa.bindparam("end_told"),
                sa.or_(*(Leg.progress == progress for progress in LEG_ENDS)),
            ),
        ),
    )
    .limit(sa.bindparam("most"))
)


def overdue(session: Session, now: datetime, most: int = 100) -> list[str]:
    """The CallSids of calls and legs that get no more callbacks."""
    old = session.execute(
        _TOO_OLD, {"talk": now - LONGEST_TALK, "prompt": now - LONGEST_PROMPT, "most": most}
    )
    left_open = session.execute(
        _LEGS_LEFT_OPEN, {"silent": now - LEG_AFTER_CALL, "end_told": now - LEG_AFTER_ITS_END, "most": most}
    )
    return list(dict.fromkeys([*old.scalars(), *left_open.scalars()]))


def reap(
    directories: DirectoryCache, memory: RoutingMemory, sid: str, now: datetime, session: Session
) -> None:
    """End a call that gets no more callbacks, by what is known of it."""
    call = calls.lock_call(session, sid)
    if call is None or (call.ended and not any(leg.open for leg in call.legs)):
        return
    context = CallContext(
        session=session, memory=memory, directory=directories.in_force(session), call=call, now=now
    )
    call.reaped = True
    for leg in call.legs:
        if leg.open:
            assume_result(context, leg)
    if not call.ended:
        call.end(call.outcome or ABANDONED, now)
    if call.answered_by:
        call.outcome = ANSWERED
    calls.save(session, call)
    outbox.publish_ended(session, sid, now)
