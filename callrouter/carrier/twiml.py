"""Renders steps as TwiML: every document that the carrier gets.

`twilio.twiml` writes and escapes it. `twilio.rest` is not imported, because it takes 27 MB. A test checks the
documents against the grammar of TwiML (`simulator/twiml_grammar.json`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from twilio.twiml import TwiML
from twilio.twiml.voice_response import (
    Dial,
    Gather,
    Hangup,
    Pause,
    Record,
    Redirect,
    VoiceResponse,
)

from callrouter.calls.dependencies import Answer, Render
from callrouter.calls.steps import (
    LONGEST_MESSAGE_SECONDS,
    LONGEST_TALK_SECONDS,
    Arrange,
    Bridge,
    Choices,
    Ending,
    EnterNumber,
    Greeting,
    Message,
    Offer,
    Recall,
    Refuse,
    Ring,
    Step,
    TellCode,
    Whisper,
)
from callrouter.carrier.prompts import say_each
from callrouter.carrier.twiml_code import code_told
from callrouter.directory.attempts import MENU_SECONDS, WHISPER_KEY_SECONDS
from callrouter.events.outbox import SpokenDisclosure
from callrouter.telephony import RETRIED
from callrouter.wordings.sentences import GreetingFacts, Spoken, greeting_sentences, seconds_of
from callrouter.wordings.wordings import Wordings

_FIRST_DIGIT_SECONDS = 6
"""time to find the number, before the silence that ends the entry is measured"""
MOST_KEYS = 32
"""more than any number has, so that a longer entry is rejected and the next menu gets none of its digits"""
LEG_EVENTS = "initiated ringing answered completed"
_ONLY_GREET = frozenset({"goodbye", "thank-you"})
"""Last words that tell nothing: an offer is heard before them, or the caller would have hung up."""
MOST_DOCUMENTS = 4_096
"""documents in the cache; they contain nothing about a caller"""
RETRY = RETRIED


def renderer(origin: str) -> Render:
    """Return a function that renders a step and a document number as TwiML, in the words of one version.

    URLs are under our public origin.
    """
    base = origin + "/twilio"

    @lru_cache(maxsize=MOST_DOCUMENTS)
    def render(step: Step, number: int, wordings: Wordings) -> Answer:
        return _WRITERS[type(step)](step, number, base, wordings)

    return render


def document(*verbs: TwiML) -> str:
    """A TwiML document of these verbs."""
    response = VoiceResponse()
    for verb in verbs:
        response.append(verb)
    return str(response)


def gather(
    url: str,
    prompts: Sequence[TwiML],
    seconds: int = MENU_SECONDS,
    *,
    digits: int = 1,
    finish_on_key: str | None = None,
) -> Gather:
    """Speak sentences and wait for keys, during the speech and after it. `#` counts as no key unless it may end the
    entry.
    """
    listening = Gather(
        action=url, method="POST", num_digits=digits, timeout=seconds, finish_on_key=finish_on_key
    )
    for prompt in prompts:
        listening.append(prompt)
    return listening


def _redirect(url: str) -> Redirect:
    return Redirect(url, method="POST")


def _facts(step: Greeting) -> GreetingFacts:
    return GreetingFacts(step.helpline, step.language, step.other_languages, step.may_show_number)


def _greeting(step: Greeting, number: int, base: str, wordings: Wordings) -> Answer:
    url, spoken = f"{base}/menu/{number}", greeting_sentences(wordings, _facts(step))
    return disclosing(
        document(gather(url, say_each(spoken, base)), _redirect(url)),
        "greeting",
        spoken,
        wordings.label("greeting"),
        listens=MENU_SECONDS,
    )


def _recall(step: Recall, number: int, base: str, wordings: Wordings) -> Answer:
    keys = ("recall", "press-same-center", "or-stay")
    spoken = wordings.sentences(keys, step.language, center=step.name)
    return _menu("recall", wordings.label("recall"), spoken, base, f"/recalled/{number}")


def _ring(step: Ring, number: int, base: str, wordings: Wordings) -> Answer:
    spoken = wordings.sentences([step.wording], step.language, center=step.name)
    dial = Dial(
        action=f"{base}/dialled/{number}",
        method="POST",
        timeout=step.ring_seconds,
        time_limit=LONGEST_TALK_SECONDS,
        caller_id=step.shown,
    )
    _add_center(dial, step, base)
    return disclosing(
        document(*say_each(spoken, base), dial),
        step.wording,
        spoken,
        wordings.label(step.wording),
        center=step.center,
    )


def _add_center(dial: Dial, step: Ring, base: str) -> None:
    add = dial.sip if step.phone.startswith("sip") else dial.number
    whisper = {"url": f"{base}/whisper/{step.leg}", "method": "POST"} if step.screens else {}
    add(
        step.phone,
        status_callback=f"{base}/leg/{step.leg}{RETRY}",
        status_callback_event=LEG_EVENTS,
        status_callback_method="POST",
        **whisper,
    )


def _choices(step: Choices, number: int, base: str, wordings: Wordings) -> Answer:
    keys = [step.why]
    keys += ["press-try-again"] if step.try_again else []
    keys += ["press-listing-promise"] if step.promise else []
    keys += ["press-helpline"] if step.helpline else []
    keys.append("press-crisis")
    spoken = wordings.sentences(keys, step.language, center=step.name, helpline=step.helpline or "")
    return _menu("choices", wordings.label(step.why), spoken, base, f"/chosen/{number}")


def _offer(step: Offer, number: int, base: str, wordings: Wordings) -> Answer:
    keys = ["offer", *(["press-promise"] if step.promise else []), "press-message", "national-lines"]
    spoken = wordings.sentences(keys, step.language, helpline=step.helpline)
    return _menu("offer", wordings.label("offer"), spoken, base, f"/offered/{number}")


def _menu(what: str, label: str, spoken: Spoken, base: str, path: str, center: str | None = None) -> Answer:
    url = base + path
    written = document(gather(url, say_each(spoken, base)), _redirect(url))
    return disclosing(written, what, spoken, label, center=center, listens=MENU_SECONDS)


def _arrange(step: Arrange, number: int, base: str, wordings: Wordings) -> Answer:
    keys = [step.wording, "press-other-number"]
    keys += ["press-allow-message"] if step.may_allow_message else []
    keys += ["press-take-back", "or-hang-up"]
    spoken = wordings.sentences(keys, step.language, center=step.name)
    return _menu("promised", wordings.label(step.wording), spoken, base, f"/arranged/{number}", step.center)


def _enter_number(step: EnterNumber, number: int, base: str, wordings: Wordings) -> Answer:
    keys = [*(["number-not-understood"] if step.again else []), "enter-number"]
    spoken = wordings.sentences(keys, step.language)
    url = f"{base}/entered/{number}"
    listening = gather(url, say_each(spoken, base), digits=MOST_KEYS, finish_on_key="#")
    listening.append(Pause(length=_FIRST_DIGIT_SECONDS))
    return disclosing(
        document(listening, _redirect(url)), "enter-number", spoken, wordings.label("enter-number")
    )


def _message(step: Message, number: int, base: str, wordings: Wordings) -> Answer:
    spoken = wordings.sentences(["message"], step.language, helpline=step.helpline)
    url = f"{base}/recorded/{number}"
    record = Record(
        action=url,
        method="POST",
        max_length=LONGEST_MESSAGE_SECONDS,
        timeout=5,
        play_beep=True,
        recording_status_callback=f"{base}/recording{RETRY}",
        recording_status_callback_method="POST",
    )
    return disclosing(
        document(*say_each(spoken, base), record, _redirect(url)),
        "message",
        spoken,
        wordings.label("message"),
    )


def _ending(step: Ending, number: int, base: str, wordings: Wordings) -> Answer:
    if step.wording is None:
        return Answer(document())
    label = wordings.label(step.wording)
    spoken = wordings.sentences([step.wording], step.language)
    if not step.offers_proof:
        return disclosing(document(*say_each(spoken, base), Hangup()), step.wording, spoken, label)
    offer, url = wordings.sentences(["press-proof"], step.language), f"{base}/proof/{number}"
    if step.wording in _ONLY_GREET:
        verbs = [gather(url, say_each(offer, base)), *say_each(spoken, base)]
        heard = offer + spoken
    else:
        # What the caller has to know comes first.
        heard = spoken + offer
        verbs = [gather(url, say_each(heard, base))]
    written = document(*verbs, Hangup())
    return disclosing(written, step.wording, heard, label, listens=MENU_SECONDS)


def _tell_code(step: TellCode, number: int, base: str, wordings: Wordings) -> Answer:
    told = code_told(step.key_id, step.language, base, wordings)
    goodbye = wordings.sentences(["goodbye"], step.language)
    return disclosing(
        document(*told.verbs, *say_each(goodbye, base), Hangup()),
        "proof-code",
        told.disclosed + goodbye,
        wordings.label("proof-code"),
        listens=told.seconds_besides,
    )


def _whisper(step: Whisper, number: int, base: str, wordings: Wordings) -> Answer:
    spoken = wordings.sentences(["whisper"], step.language)
    return Answer(
        document(gather(f"{base}/taken/{step.leg}", say_each(spoken, base), WHISPER_KEY_SECONDS), Hangup())
    )


def _bridge(step: Bridge, number: int, base: str, wordings: Wordings) -> Answer:
    return Answer(document())


def _refuse(step: Refuse, number: int, base: str, wordings: Wordings) -> Answer:
    return Answer(document(Hangup()))


def disclosing(
    written: str,
    what: str,
    spoken: Spoken,
    label: str,
    *,
    center: str | None = None,
    listens: int = 0,
) -> Answer:
    """A document that discloses something to the caller. The words are stored in the language of the first sentence.

    `label` is the key and the version of the first wording. `listens` is how many seconds it waits for a key after
    its words.
    """
    spoken_text = " ".join(sentence.text for sentence in spoken)
    disclosed = SpokenDisclosure(what, label, spoken[0].language, spoken_text, center)
    return Answer(written, disclosed, seconds_of(spoken) + listens)


_WRITERS: dict[type[Any], Callable[[Any, int, str, Wordings], Answer]] = {
    Greeting: _greeting,
    Recall: _recall,
    Ring: _ring,
    Choices: _choices,
    Offer: _offer,
    Arrange: _arrange,
    EnterNumber: _enter_number,
    Message: _message,
    Ending: _ending,
    TellCode: _tell_code,
    Whisper: _whisper,
    Bridge: _bridge,
    Refuse: _refuse,
}
