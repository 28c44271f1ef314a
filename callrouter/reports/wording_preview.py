"""How a wording sounds in its place: the whole document as TwiML and as plain text, and the seconds of its words."""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.calls.dependencies import Answer
from callrouter.calls.steps import Step
from callrouter.carrier.twiml import renderer
from callrouter.carrier.twiml_returns import return_renderer
from callrouter.promises.return_calls.steps import (
    AskCaller,
    AskOwner,
    ConfirmDoNotCall,
    Connect,
    Goodbye,
    RingCaller,
)
from callrouter.reports.calls.twiml_words import Spoken, spoken
from callrouter.reports.wording_scenes import SAMPLE_CALL, SAMPLE_CODES, SCENE_OF
from callrouter.speech import seconds_to_say
from callrouter.wordings.wordings import Wordings

_ORIGIN = "https://calls.example"
_DOCUMENT_NUMBER = 1
_OF_RETURN_CALLS = (AskCaller, AskOwner, ConfirmDoNotCall, Connect, Goodbye, RingCaller)

_render = renderer(_ORIGIN)
_render_return = return_renderer(_ORIGIN)


@dataclass(frozen=True, slots=True)
class WordingPreview:
    """A document in which a wording is spoken, with names and numbers of nobody."""

    twiml: str
    """an element a line"""
    sentences: list[Spoken]
    seconds: int
    """what all its words take to say"""


def preview(wordings: Wordings, key: str, language: str) -> WordingPreview:
    """The document in which this wording is heard first."""
    answer = _rendered(wordings, SCENE_OF[key].document(key, language))
    document = SAMPLE_CODES.write_into(answer.document, SAMPLE_CALL) or ""
    recorded = {
        audio.digest: Spoken(language=each_language, words=wordings.text(each, each_language))
        for (each, each_language), audio in wordings.audio.items()
    }
    sentences = spoken(document, recorded)
    words = " ".join(sentence["words"] for sentence in sentences)
    return WordingPreview(document.replace("><", ">\n<"), sentences, seconds_to_say(words))


def _rendered(wordings: Wordings, step: object) -> Answer:
    if isinstance(step, _OF_RETURN_CALLS):
        return _render_return(step, wordings)
    if isinstance(step, Step):
        return _render(step, _DOCUMENT_NUMBER, wordings)
    raise TypeError(f"{step!r} is no step")
