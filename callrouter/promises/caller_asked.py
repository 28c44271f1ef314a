"""The caller is rung by the center's key 1, and asked whether they want the call. Only who agrees is connected."""

from __future__ import annotations

from callrouter.promises.follow import keep
from callrouter.promises.promise import ReturnCall
from callrouter.promises.steps import (
    HANG_UP,
    NOBODY_THERE,
    AskCaller,
    Connect,
    Goodbye,
    ReturnStep,
    Stopped,
)
from callrouter.promises.stop import forget
from callrouter.promises.talk import Talk

AGREE_KEY = "1"
DECLINE_KEY = "2"
STOP_KEY = "9"
FORGET_KEY = "7"

LONGEST_ASKING_SECONDS = 60
"""more than the questions and the wait for a key can take"""
_CALLER_MISSED = {
    "busy": "caller-busy",
    "failed": "caller-failed",
    "no-answer": "caller-no-answer",
    # The center has hung up while it rang.
    "canceled": "screened-out",
}


def caller_picked_up(talk: Talk) -> ReturnStep:
    """Somebody or something has picked up at the caller's."""
    if not talk.goes_on or talk.tried.taken_at is None:
        return HANG_UP
    talk.tried.asked_at = talk.now
    return AskCaller(talk.place, talk.language, talk.promise.message_allowed)


def caller_pressed(talk: Talk) -> ReturnStep:
    """1 connects, after the disclosure; 2 ends the promise; 9 stops all further calls; others end this one."""
    key = talk.callback.key_pressed
    if talk.tried.asked_at is None:
        return HANG_UP
    if not talk.goes_on:
        return Goodbye("goodbye", talk.language)
    if key == AGREE_KEY:
        talk.tried.agreed_at = talk.now
        return Connect(talk.tried.center, talk.tried.name, talk.language)
    if key == DECLINE_KEY:
        talk.ends_as("declined")
        return Goodbye("return-declined", talk.language)
    if key == STOP_KEY:
        talk.ends_as("stopped")
        return Stopped(talk.place, talk.language)
    return Goodbye("goodbye", talk.language)


def caller_pressed_once_more(talk: Talk) -> ReturnStep:
    """After 9: with 7, everything that we have of the caller is deleted."""
    if talk.callback.key_pressed != FORGET_KEY or talk.tried.called_match is None:
        return Goodbye("goodbye", talk.language)
    forget(talk.session, talk.tried.called_match, talk.now)
    return Goodbye("forgotten", talk.language)


def callers_leg_ended(talk: Talk) -> ReturnStep:
    """The result of ringing the caller. Only who agreed, and was connected, was called back."""
    told, tried = talk.callback, talk.tried
    tried.caller_sid = tried.caller_sid or told.get("DialCallSid") or None
    if tried.open and tried.agreed_at and told.get("DialBridged") in {"true", ""}:
        seconds = told.seconds("DialCallDuration")
        keep(talk.session, talk.dependencies, talk.promise, tried, talk_seconds(tried, seconds), talk.now)
    elif tried.open:
        talk.ends_as(_CALLER_MISSED.get(told.get("DialCallStatus"), "caller-silent"))
    if not told.caller_is_there:
        return NOBODY_THERE
    return Goodbye("goodbye" if tried.outcome == "kept" else "return-not-reached", talk.owners_language)


def talk_seconds(tried: ReturnCall, carrier_seconds: int) -> int:
    """What is left of the carrier's seconds without those in which the caller was asked."""
    agreed = tried.asked_at is not None and tried.agreed_at is not None
    return max(carrier_seconds - asked_seconds(tried), 0) if agreed else 0


def asked_seconds(tried: ReturnCall) -> int:
    """How long the caller was asked. Bounded, so that a clock that jumps changes no amount."""
    if tried.asked_at is None or tried.agreed_at is None:
        return 0
    asked = round((tried.agreed_at - tried.asked_at).total_seconds())
    return min(max(asked, 0), LONGEST_ASKING_SECONDS)
