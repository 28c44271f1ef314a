"""Renders the steps of return calls as TwiML: for the center, which is rung first, and for the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twilio.twiml.voice_response import Dial, Hangup, Say

from callrouter.calls.dependencies import Answer
from callrouter.calls.steps import LONGEST_TALK_SECONDS
from callrouter.disclosure.wording import words
from callrouter.promises.return_calls.steps import (
    CALLERS_NUMBER,
    AskCaller,
    AskOwner,
    ConfirmDoNotCall,
    Connect,
    Goodbye,
    ReturnCallId,
    ReturnStep,
    RingCaller,
)
from webhooks.twiml import LEG_EVENTS, RETRY, disclosing, document, gather, say, say_each

_KEY_SECONDS = 6
_CALLER_RINGS_SECONDS = 25


def return_renderer(origin: str) -> Callable[[ReturnStep], Answer]:
    """Return a function that renders a step of a return call as TwiML, with URLs under our public origin."""
    base = f"{origin}/twilio/return"

    def render(step: ReturnStep) -> Answer:
        return _WRITERS[type(step)](step, base)

    return render


def _url(base: str, id: ReturnCallId, what: str) -> str:
    return f"{base}/{id.call}/{id.number}/{what}"


def _ask_owner(step: AskOwner, base: str) -> Answer:
    keys = ["return-ask", "press-take", "press-later", *(["press-hand-on"] if step.may_reassign else [])]
    spoken = [(words(key, step.language, name=step.name), step.language) for key in keys]
    url = _url(base, step.id, "owner-key")
    return Answer(document(gather(url, spoken, _KEY_SECONDS), _last_words(step.language), Hangup()))


def _ring_caller(step: RingCaller, base: str) -> Answer:
    dial = Dial(
        action=_url(base, step.id, "bridged"),
        method="POST",
        timeout=_CALLER_RINGS_SECONDS,
        time_limit=LONGEST_TALK_SECONDS,
        caller_id=step.shown,
    )
    dial.number(
        CALLERS_NUMBER,
        url=_url(base, step.id, "caller"),
        method="POST",
        status_callback=_url(base, step.id, "leg") + RETRY,
        status_callback_event=LEG_EVENTS,
        status_callback_method="POST",
    )
    return Answer(document(say(words("return-ringing", step.language), step.language), dial))


def _ask_caller(step: AskCaller, base: str) -> Answer:
    keys = ("return-hello", "press-agree", "press-decline", "press-stop")
    spoken = [(words(key, step.language), step.language) for key in keys]
    message = [(words("return-message", step.language), step.language)] if step.leave_message else []
    url = _url(base, step.id, "caller-key")
    # Only a person presses a key and hears last words. Without a key it may be a machine, which hears no more
    # than the caller allowed.
    listening = gather(url, spoken, _KEY_SECONDS, finish_on_key="")
    return Answer(document(listening, *say_each(message), Hangup()))


def _connect(step: Connect, base: str) -> Answer:
    spoken = [(words("returning", step.language, name=step.name), step.language)]
    return disclosing(document(*say_each(spoken)), "returning", spoken, center=step.center)


def _confirm_do_not_call(step: ConfirmDoNotCall, base: str) -> Answer:
    spoken = [(words(key, step.language), step.language) for key in ("return-stopped", "press-forget")]
    url = _url(base, step.id, "caller-last-key")
    return Answer(document(gather(url, spoken, _KEY_SECONDS), _last_words(step.language), Hangup()))


def _last_words(language: str) -> Say:
    """Spoken if no key is pressed."""
    return say(words("goodbye", language), language)


def _goodbye(step: Goodbye, base: str) -> Answer:
    if step.wording is None:
        return Answer(document())
    spoken = [say(words(step.wording, step.language), step.language)] if step.wording else []
    return Answer(document(*spoken, Hangup()))


_WRITERS: dict[type[Any], Callable[[Any, str], Answer]] = {
    AskOwner: _ask_owner,
    RingCaller: _ring_caller,
    AskCaller: _ask_caller,
    Connect: _connect,
    ConfirmDoNotCall: _confirm_do_not_call,
    Goodbye: _goodbye,
}
