"""The center that owes a return call is asked first, on the call that the carrier placed for us.

By its keys the caller is rung now, or later, or another center owes it.
"""

from __future__ import annotations

from datetime import timedelta

from callrouter.promises import promise as promises
from callrouter.promises.on_the_line import is_calling_us
from callrouter.promises.schedule import MOST_ATTEMPTS
from callrouter.promises.steps import HANG_UP, AskOwner, Goodbye, ReturnStep, RingCaller
from callrouter.promises.stop import may_be_called
from callrouter.promises.talk import Talk

TAKE_KEY = "1"
LATER_KEY = "2"
HAND_ON_KEY = "3"

RINGS_WITHIN = timedelta(seconds=45)
"""from the center's key until the caller's telephone has rung for the last time"""
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_NEVER_PICKED_UP = {"busy": "busy", "failed": "failed", "no-answer": "no-answer", "canceled": "no-answer"}


def owner_picked_up(talk: Talk) -> ReturnStep:
    """The center that owes it has picked up, or its voicemail."""
    if not talk.goes_on:
        return HANG_UP
    talk.tried.sid, talk.tried.progress = talk.callback.get("CallSid"), "in-progress"
    return AskOwner(
        talk.place, _name_of_what_was_called(talk), talk.owners_language, not talk.promise.only_center
    )


def _name_of_what_was_called(talk: Talk) -> str:
    helpline = talk.directory.helplines.get(talk.promise.helpline or "")
    return helpline.name if helpline else talk.tried.name


def owner_pressed(talk: Talk) -> ReturnStep:
    """The center has pressed a key: 1 has the caller rung, 2 means later, 3 hands it on, others end the call."""
    key = talk.callback.key_pressed
    if not talk.goes_on:
        return Goodbye("goodbye", talk.owners_language)
    if key == TAKE_KEY:
        return _ring_caller(talk)
    if key == LATER_KEY:
        talk.ends_as("later")
        return Goodbye("return-later", talk.owners_language)
    if key == HAND_ON_KEY and not talk.promise.only_center:
        talk.ends_as("handed-on")
        return Goodbye("return-handed-on", talk.owners_language)
    return Goodbye("goodbye", talk.owners_language)


def _ring_caller(talk: Talk) -> ReturnStep:
    """Ring the caller, unless that has become impossible since the center was rung."""
    promise = talk.promise
    if not may_be_called(talk.session, promise.called_match):
        talk.ends_as("stopped")
        return Goodbye("return-withdrawn", talk.owners_language)
    if is_calling_us(talk.session, promise, talk.now):
        talk.ends_as("later")
        return Goodbye("return-calling-us", talk.owners_language)
    by_day = talk.dependencies.hours.last(promise.area_code, talk.now, RINGS_WITHIN)
    if not by_day or promise.attempts >= MOST_ATTEMPTS:
        talk.ends_as("later")
        return Goodbye("return-not-now", talk.owners_language)
    promise.attempts += 1
    promises.save(talk.session, promise)
    talk.tried.taken_at = talk.now
    return RingCaller(talk.place, talk.tried.shown, talk.owners_language)


def owners_leg_proceeds(talk: Talk) -> None:
    """How the call to the center proceeds. Its end without a key 1 means that it was missed."""
    status, tried = talk.callback.get("CallStatus"), talk.tried
    tried.sid = tried.sid or talk.callback.get("CallSid")
    tried.progress = status if not tried.progress or status in FINAL else tried.progress
    if tried.open and status in FINAL and tried.taken_at is None:
        talk.ends_as(_NEVER_PICKED_UP.get(status, "screened-out"))
