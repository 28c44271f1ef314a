"""The steps of a return call: the owner is asked first, then the caller; two who agree are connected.

The carrier calls the center. The center's keys ring the caller now, postpone the call, or pass the promise to another
center.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.calls.turn import Callback
from callrouter.database import Session
from callrouter.directory.directory import Directory, language_spoken_to
from callrouter.privacy.acts import Actor
from callrouter.privacy.proof_codes import store_code
from callrouter.promises.deadlines import MOST_ATTEMPTS
from callrouter.promises.do_not_call import number_to_call
from callrouter.promises.model import Promise, ReturnCall
from callrouter.promises.promise import caller_is_in_call, save_promise
from callrouter.promises.return_calls.dependencies import ReturnCallDependencies
from callrouter.promises.return_calls.return_call import close, close_as_kept
from callrouter.promises.return_calls.steps import (
    HANG_UP,
    NOBODY_THERE,
    AskCaller,
    AskOwner,
    ConfirmDoNotCall,
    Connect,
    Goodbye,
    ReturnCallId,
    ReturnStep,
    RingCaller,
    TellCodeThenAsk,
)
from callrouter.wordings.wordings import Wordings

TAKE_KEY = "1"
LATER_KEY = "2"
REASSIGN_KEY = "3"

AGREE_KEY = "1"
DECLINE_KEY = "2"
DO_NOT_CALL_KEY = "9"
ERASE_KEY = "7"
PRESSED_ERASE = "the caller pressed 7 in a return call"
PROOF_KEY = "4"

RINGS_WITHIN = timedelta(seconds=45)
"""from the center's key until the caller's phone stops ringing"""
LONGEST_PROMPT_SECONDS = 180
"""longer than the questions to the caller, the code of a proof, the questions again, and the waits for a key"""
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_OWNER_MISSED = {"busy": "busy", "failed": "failed", "no-answer": "no-answer", "canceled": "no-answer"}
_CALLER_MISSED = {
    "busy": "caller-busy",
    "failed": "caller-failed",
    "no-answer": "caller-no-answer",
    # The center hung up while the caller's phone rang.
    "canceled": "screened-out",
}


@dataclass(slots=True)
class ReturnCallContext:
    """One callback of a return call, with all that its handler needs."""

    session: Session
    dependencies: ReturnCallDependencies
    promise: Promise
    return_call: ReturnCall
    language: str
    """of the caller"""
    wordings: Wordings
    """in force when the original call arrived: the return call belongs to it"""
    callback: Callback
    now: datetime

    @property
    def id(self) -> ReturnCallId:
        return ReturnCallId(self.return_call.call, self.return_call.number)

    @property
    def in_progress(self) -> bool:
        return self.promise.open and self.return_call.open

    @property
    def directory(self) -> Directory:
        return self.dependencies.directories.in_force(self.session)

    @property
    def owner_language(self) -> str:
        return language_spoken_to(self.directory.centers.get(self.return_call.center))

    def close(self, outcome: str) -> None:
        """End the return call with this outcome."""
        close(self.session, self.dependencies, self.promise, self.return_call, outcome, self.now)


def owner_picked_up(context: ReturnCallContext) -> ReturnStep:
    """The owner, or its voicemail, has picked up: ask for a key."""
    if not context.in_progress:
        return HANG_UP
    return_call = context.return_call
    return_call.sid, return_call.progress = context.callback.get("CallSid"), "in-progress"
    may_reassign = not context.promise.only_center
    return AskOwner(context.id, _name_of_called(context), context.owner_language, may_reassign)


def _name_of_called(context: ReturnCallContext) -> str:
    """The name of the helpline that was called, or of the center whose listing was called."""
    helpline = context.directory.helplines.get(context.promise.helpline or "")
    return helpline.name if helpline else context.return_call.name


def owner_pressed(context: ReturnCallContext) -> ReturnStep:
    """Handle the center's key: 1 rings the caller, 2 postpones, 3 passes the promise on, others end the call."""
    key = context.callback.key_pressed
    if not context.in_progress:
        return Goodbye("goodbye", context.owner_language)
    if key == TAKE_KEY:
        return _ring_caller(context)
    if key == LATER_KEY:
        context.close("later")
        return Goodbye("return-later", context.owner_language)
    if key == REASSIGN_KEY and not context.promise.only_center:
        context.close("handed-on")
        return Goodbye("return-handed-on", context.owner_language)
    return Goodbye("goodbye", context.owner_language)


def _ring_caller(context: ReturnCallContext) -> ReturnStep:
    """Ring the caller, if that is still allowed."""
    promise, now = context.promise, context.now
    if number_to_call(context.session, context.dependencies.vault, promise) is None:
        context.close("stopped")
        return Goodbye("return-withdrawn", context.owner_language)
    if caller_is_in_call(context.session, promise, now):
        context.close("later")
        return Goodbye("return-calling-us", context.owner_language)
    allowed = context.dependencies.hours.allow(promise.area_code, now, RINGS_WITHIN)
    if not allowed or promise.attempts >= MOST_ATTEMPTS:
        context.close("later")
        return Goodbye("return-not-now", context.owner_language)
    promise.attempts += 1
    save_promise(context.session, promise)
    context.return_call.taken_at = now
    return RingCaller(context.id, context.return_call.shown, context.owner_language)


def owner_leg_progress(context: ReturnCallContext) -> None:
    """Store the progress of the call to the center. If it ends without key 1, the center missed it."""
    status, return_call = context.callback.get("CallStatus"), context.return_call
    return_call.sid = return_call.sid or context.callback.get("CallSid")
    if not return_call.progress or status in FINAL:
        return_call.progress = status
    if return_call.open and status in FINAL and return_call.taken_at is None:
        context.close(_OWNER_MISSED.get(status, "screened-out"))


def caller_picked_up(context: ReturnCallContext) -> ReturnStep:
    """A person or a machine has picked up the caller's phone: ask for a key."""
    if not context.in_progress or context.return_call.taken_at is None:
        return HANG_UP
    context.return_call.asked_at = context.now
    return AskCaller(context.id, context.language, context.promise.message_allowed)


def caller_pressed(context: ReturnCallContext) -> ReturnStep:
    """Handle the caller's key: 4 tells the code of their proof and asks again, others are answers."""
    if context.callback.key_pressed != PROOF_KEY or not context.in_progress:
        return caller_answered(context)
    if context.return_call.asked_at is None:
        return HANG_UP
    codes = context.dependencies.proof_codes
    store_code(context.session, codes, context.return_call.call, context.now)
    return TellCodeThenAsk(context.id, context.language, codes.key_id)


def caller_answered(context: ReturnCallContext) -> ReturnStep:
    """Handle the caller's answer: 1 connects, 2 declines, 9 stops all calls, others end this call."""
    key, return_call = context.callback.key_pressed, context.return_call
    if return_call.asked_at is None:
        return HANG_UP
    if not context.in_progress:
        return Goodbye("goodbye", context.language)
    if key == AGREE_KEY:
        return_call.agreed_at = context.now
        return Connect(return_call.center, return_call.name, context.language)
    if key == DECLINE_KEY:
        context.close("declined")
        return Goodbye("return-declined", context.language)
    if key == DO_NOT_CALL_KEY:
        context.close("stopped")
        return ConfirmDoNotCall(context.id, context.language)
    return Goodbye("goodbye", context.language)


def caller_pressed_last_key(context: ReturnCallContext) -> ReturnStep:
    """Handle the key after 9: 7 erases the caller."""
    pseudonym = context.return_call.called_pseudonym
    if context.callback.key_pressed != ERASE_KEY or pseudonym is None:
        return Goodbye("goodbye", context.language)
    context.dependencies.erase_caller(context.session, [pseudonym], Actor(context.now, reason=PRESSED_ERASE))
    return Goodbye("forgotten", context.language)


def caller_leg_ended(context: ReturnCallContext) -> ReturnStep:
    """Store the result of ringing the caller. The promise is kept only if the caller both_asked and was bridged."""
    callback, return_call = context.callback, context.return_call
    return_call.caller_sid = return_call.caller_sid or callback.get("DialCallSid") or None
    if return_call.open and return_call.agreed_at and callback.get("DialBridged") in {"true", ""}:
        seconds = talk_seconds(return_call, callback.seconds("DialCallDuration"))
        dependencies, promise = context.dependencies, context.promise
        close_as_kept(context.session, dependencies, promise, return_call, seconds, context.now)
    elif return_call.open:
        context.close(_CALLER_MISSED.get(callback.get("DialCallStatus"), "caller-silent"))
    if not callback.caller_is_there:
        return NOBODY_THERE
    kept = return_call.outcome == "kept"
    return Goodbye("goodbye" if kept else "return-not-reached", context.owner_language)


def talk_seconds(return_call: ReturnCall, carrier_seconds: int) -> int:
    """The carrier's seconds without the time of the questions to the caller."""
    both_asked = return_call.asked_at is not None and return_call.agreed_at is not None
    return max(carrier_seconds - prompt_seconds(return_call), 0) if both_asked else 0


def prompt_seconds(return_call: ReturnCall) -> int:
    """How long the caller was asked. Bounded, so that a wrong clock changes no amount."""
    if return_call.asked_at is None or return_call.agreed_at is None:
        return 0
    asked = round((return_call.agreed_at - return_call.asked_at).total_seconds())
    return min(max(asked, 0), LONGEST_PROMPT_SECONDS)
