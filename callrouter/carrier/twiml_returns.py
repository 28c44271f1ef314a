"""Renders the steps of return calls as TwiML: for the center, which is rung first, and for the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twilio.twiml.voice_response import Dial, Hangup, Play, Say

from callrouter.calls.dependencies import Answer
from callrouter.calls.steps import LONGEST_TALK_SECONDS
from callrouter.carrier.prompts import say_each
from callrouter.carrier.twiml import LEG_EVENTS, RETRY, disclosing, document, gather
from callrouter.carrier.twiml_code import code_told
from callrouter.promises.return_calls.dependencies import RenderReturn
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
    TellCodeThenAsk,
)
from callrouter.wordings.wordings import Wordings

_KEY_SECONDS = 6
_CALLERS_KEYS = ("press-agree", "press-decline", "press-stop")
_CALLER_RINGS_SECONDS = 25


def return_renderer(origin: str) -> RenderReturn:
    """Return a function that renders a step of a return call as TwiML, with URLs under our public origin."""
    base = f"{origin}/twilio"

    def render(step: ReturnStep, wordings: Wordings) -> Answer:
        return _WRITERS[type(step)](step, base, wordings)

    return render


def _url(base: str, id: ReturnCallId, what: str) -> str:
    return f"{base}/return/{id.call}/{id.number}/{what}"


def _ask_owner(step: AskOwner, base: str, wordings: Wordings) -> Answer:
    keys = ["return-ask", "press-take", "press-later", *(["press-hand-on"] if step.may_reassign else [])]
    spoken = wordings.sentences(keys, step.language, called=step.name)
    url = _url(base, step.id, "owner-key")
    return Answer(
        document(
            gather(url, say_each(spoken, base), _KEY_SECONDS), *_last_words(step, base, wordings), Hangup()
        )
    )


def _ring_caller(step: RingCaller, base: str, wordings: Wordings) -> Answer:
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
    return Answer(document(*say_each(wordings.sentences(["return-ringing"], step.language), base), dial))


def _ask_caller(step: AskCaller, base: str, wordings: Wordings) -> Answer:
    keys = ("return-hello", *_CALLERS_KEYS, "press-return-proof")
    spoken = wordings.sentences(keys, step.language)
    message = wordings.sentences(["return-message"], step.language) if step.leave_message else []
    # Only a person presses a key and hears last words. Without a key it may be a machine, which hears no more
    # than the caller allowed.
    listening = gather(
        _url(base, step.id, "caller-key"), say_each(spoken, base), _KEY_SECONDS, finish_on_key=""
    )
    return Answer(document(listening, *say_each(message, base), Hangup()))


def _tell_code_then_ask(step: TellCodeThenAsk, base: str, wordings: Wordings) -> Answer:
    """The same keys again, which may be pressed before all digits were told."""
    told = code_told(step.key_id, step.language, base, wordings)
    keys = wordings.sentences(_CALLERS_KEYS, step.language)
    url = _url(base, step.id, "caller-key-again")
    listening = gather(url, [*told.verbs, *say_each(keys, base)], _KEY_SECONDS, finish_on_key="")
    return Answer(document(listening, *_last_words(step, base, wordings), Hangup()))


def _connect(step: Connect, base: str, wordings: Wordings) -> Answer:
    spoken = wordings.sentences(["returning"], step.language, center=step.name)
    return disclosing(
        document(*say_each(spoken, base)),
        "returning",
        spoken,
        wordings.label("returning"),
        center=step.center,
    )


def _confirm_do_not_call(step: ConfirmDoNotCall, base: str, wordings: Wordings) -> Answer:
    spoken = wordings.sentences(("return-stopped", "press-forget"), step.language)
    url = _url(base, step.id, "caller-last-key")
    return Answer(
        document(
            gather(url, say_each(spoken, base), _KEY_SECONDS), *_last_words(step, base, wordings), Hangup()
        )
    )


def _last_words(
    step: AskOwner | TellCodeThenAsk | ConfirmDoNotCall, base: str, wordings: Wordings
) -> list[Say | Play]:
    """Spoken if no key is pressed."""
    return say_each(wordings.sentences(["goodbye"], step.language), base)


def _goodbye(step: Goodbye, base: str, wordings: Wordings) -> Answer:
    if step.wording is None:
        return Answer(document())
    spoken = wordings.sentences([step.wording], step.language) if step.wording else []
    return Answer(document(*say_each(spoken, base), Hangup()))


_WRITERS: dict[type[Any], Callable[[Any, str, Wordings], Answer]] = {
    AskOwner: _ask_owner,
    RingCaller: _ring_caller,
    AskCaller: _ask_caller,
    TellCodeThenAsk: _tell_code_then_ask,
    Connect: _connect,
    ConfirmDoNotCall: _confirm_do_not_call,
    Goodbye: _goodbye,
}
