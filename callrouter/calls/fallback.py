"""The fallback URL: one of our answers did not reach the carrier, and the caller is still on the line.

The caller goes on from where the stored call stands. A document that failed twice is not given a third time.
"""

from __future__ import annotations

import re
from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.arrive import arrive_again
from callrouter.calls.exchange import Exchange
from callrouter.calls.flow import answer, take_turn, turn_of
from callrouter.calls.states import ABANDONED, ANSWERED, RINGING
from callrouter.calls.steps import Ending
from callrouter.calls.turn import Callback
from callrouter.database import Session
from callrouter.events import inbox

_OUR_TURN = re.compile(r"/twilio/(menu|dialled|chosen|offered|recorded)/(\d{1,6})(?:[?#].*)?$")


def fall_back(session: Session, exchange: Exchange, callback: Callback, now: datetime) -> str:
    """Answer the carrier's second request for what it could not get or not read."""
    call = calls.locked(session, callback.call)
    if call is None:
        return arrive_again(session, exchange, callback, now)
    key = f"fallback {call.turn}"
    seen = session.ask(inbox.ANSWER, call=call.sid, key=key)
    if seen:
        return str(seen[0][0])
    missed = _OUR_TURN.search(callback.get("ErrorUrl"))
    if missed and int(missed[2]) == call.turn and not _was_talking(call):
        return take_turn(session, exchange, missed[1], call.turn, callback, now)
    return _once_more_or_last_words(session, exchange, call, callback, key, now)


def _was_talking(call: calls.Call) -> bool:
    """Whether the answer that was lost came after a conversation: then nobody else is rung."""
    leg = call.latest_leg
    return (
        call.status == RINGING
        and leg is not None
        and (leg.taken_at is not None or leg.progress == "in-progress")
    )


def _once_more_or_last_words(
    session: Session, exchange: Exchange, call: calls.Call, callback: Callback, key: str, now: datetime
) -> str:
    if _was_talking(call) or call.ended:
        turn = turn_of(session, exchange, call, callback, exchange.directories.in_force(session), now)
        if not call.ended:
            call.end(ANSWERED if call.answered_by else ABANDONED, now)
        return answer(turn, Ending("goodbye", call.language), key)
    document = str(session.ask(inbox.ANSWER, call=call.sid, key=f"turn {call.turn - 1}")[0][0])
    inbox.store(session, call.sid, key, now, callback.fields, document)
    return document
