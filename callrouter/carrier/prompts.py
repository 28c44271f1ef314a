"""Speaks sentences, or plays the audio that stands for them, as verbs of TwiML."""

from __future__ import annotations

from twilio.twiml.voice_response import Play, Say

from callrouter.wordings.sentences import Spoken
from callrouter.wordings.wordings import SpokenSentence

_VOICES = {"en": "en-US", "es": "es-MX"}


def say(text: str, language: str) -> Say:
    """Speak a text in the voice of its language."""
    return Say(text, language=_VOICES[language])


def say_each(texts: Spoken, base: str) -> list[Say | Play]:
    """Speak sentences, each in its language, or play what stands for them."""
    return [_prompt(sentence, base) for sentence in texts]


def _prompt(sentence: SpokenSentence, base: str) -> Say | Play:
    if sentence.audio:
        # Under `/twilio` everything is a signed POST; the carrier fetches audio without a signature.
        return Play(f"{base.removesuffix('/twilio')}/audio/{sentence.audio.digest}.wav")
    return say(sentence.text, sentence.language)
