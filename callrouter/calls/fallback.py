"""Handles the fallback URL: the carrier did not get one of our answers, and the caller is still on the line.

The carrier names the request that failed. If that request was handled, its answer is given again. Otherwise it is
handled now, so the caller continues, and a repetition gets the same answer.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from callrouter.calls import call as calls
from callrouter.calls.arrive import arrive_again
from callrouter.calls.callbacks import take_turn
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.model import Call
from callrouter.calls.turn import Callback
from callrouter.database import Session
from callrouter.events import inbox
from callrouter.events.inbox import ANSWER_OF

_OUR_TURN = re.compile(
    r"/twilio/(voice|(?:menu|recalled|dialled|chosen|offered|arranged|entered|recorded|proof)/\d{1,6})(?:[?#].*)?$"
)


def fall_back(session: Session, dependencies: CallDependencies, callback: Callback, now: datetime) -> str:
    """Answer the carrier's second request for a document that it could not get or read."""
    call = calls.lock_call(session, callback.call)
    if call is None:
        return arrive_again(session, dependencies, callback, now)
    what, number = _failed_request(callback)
    key = f"turn {number}" if what else _key_of(callback)
    answer = session.execute(ANSWER_OF, {"call": call.sid, "key": key}).scalar()
    if answer is not None:
        return str(answer)
    if number != call.turn:
        return _repeat_latest(session, call, callback, key, now)
    return take_turn(session, dependencies, what, number, callback, now)


def _failed_request(callback: Callback) -> tuple[str, int]:
    """The request that failed, and the number of its document. An empty name and -1 if it was none of ours."""
    found = _OUR_TURN.search(callback.get("ErrorUrl"))
    if found is None:
        return "", -1
    what, _, number = found[1].partition("/")
    return what, int(number or 0)


def _key_of(callback: Callback) -> str:
    return "fallback " + sha256(callback.get("ErrorUrl").encode()).hexdigest()[:16]


def _repeat_latest(session: Session, call: Call, callback: Callback, key: str, now: datetime) -> str:
    """Something else failed: answer with the caller's latest document."""
    latest = {"call": call.sid, "key": f"turn {call.turn - 1}"}
    document = str(session.execute(ANSWER_OF, latest).one().answer)
    inbox.store(session, call.sid, key, now, callback.fields, document)
    return document
