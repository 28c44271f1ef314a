"""The sentences of a greeting, and how long callers listen before a center is rung. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.attempts import MENU_SECONDS, SpokenSeconds
from callrouter.directory.directory import Center, Helpline
from callrouter.speech import seconds_to_say
from callrouter.wordings.wordings import SpokenSentence, Wordings

Spoken = list[SpokenSentence]


@dataclass(frozen=True, slots=True)
class GreetingFacts:
    """The facts that a greeting depends on. `other_languages` are offered by key 2."""

    helpline: str
    language: str
    other_languages: tuple[str, ...]
    may_show_number: bool


def seconds_of(spoken: Spoken) -> int:
    """The most seconds that sentences take. Where audio is longer than its text, it counts: either may be heard."""
    text = " ".join(sentence.text for sentence in spoken)
    longer = (
        max(sentence.audio.seconds - seconds_to_say(sentence.text), 0)
        for sentence in spoken
        if sentence.audio
    )
    return seconds_to_say(text) + sum(longer)


def greeting_sentences(wordings: Wordings, facts: GreetingFacts) -> Spoken:
    """A helpline's greeting with its keys, in spoken order."""
    language = facts.language
    spoken = wordings.sentences(["greeting"], language, helpline=facts.helpline)
    for other in facts.other_languages[:1]:
        spoken += wordings.sentences(["press-language"], other)
    keys = ["press-crisis", *(["press-show-number"] if facts.may_show_number else []), "or-stay"]
    return spoken + wordings.sentences(keys, language)


def greeting_seconds(wordings: Wordings, helpline: Helpline) -> int:
    """The most seconds of a greeting for a caller who presses no key."""
    first, *others = helpline.languages
    return _seconds(wordings, GreetingFacts(helpline.name, first, tuple(others), may_show_number=True))


def longest_greeting_seconds(wordings: Wordings, helpline: Helpline) -> int:
    """The most seconds of a greeting for a caller who hears it in a second language too."""
    again = [
        GreetingFacts(helpline.name, other, (), may_show_number=True) for other in helpline.languages[1:2]
    ]
    return greeting_seconds(wordings, helpline) + sum(_seconds(wordings, facts) for facts in again)


def announcement_seconds(wordings: Wordings, name: str, language: str) -> int:
    """The seconds of the sentence that names a center before it is rung."""
    return seconds_to_say(wordings.words("connecting", language, center=name))


def spoken_seconds(wordings: Wordings) -> SpokenSeconds:
    """How long callers listen, for the rules that compute how long they wait."""

    def greeting(helpline: Helpline) -> int:
        return greeting_seconds(wordings, helpline)

    def longest_greeting(helpline: Helpline) -> int:
        return longest_greeting_seconds(wordings, helpline)

    def announcement(center: Center, language: str) -> int:
        return announcement_seconds(wordings, center.name, language)

    return SpokenSeconds(greeting, longest_greeting, announcement)


def _seconds(wordings: Wordings, facts: GreetingFacts) -> int:
    return seconds_of(greeting_sentences(wordings, facts)) + MENU_SECONDS
