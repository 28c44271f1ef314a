"""The sentences of a greeting, and how long callers listen before a center is rung. *Pure.*"""

from __future__ import annotations

from callrouter.calls.steps import MENU_SECONDS, Greeting
from callrouter.directory.attempts import SpokenSeconds
from callrouter.directory.directory import Center, Helpline
from callrouter.disclosure.wording import words
from callrouter.speech import seconds_to_say

Spoken = list[tuple[str, str]]
"""(text, language) of each sentence"""


def greeting_sentences(step: Greeting) -> Spoken:
    """A helpline's greeting with its keys, in spoken order."""
    language = step.language
    spoken = [(words("greeting", language, name=step.helpline), language)]
    spoken += [(words("press-language", other), other) for other in step.other_languages[:1]]
    keys = ["press-crisis", *(["press-show-number"] if step.may_show_number else []), "or-stay"]
    return spoken + [(words(key, language), language) for key in keys]


def greeting_seconds(helpline: Helpline) -> int:
    """The most seconds of a greeting for a caller who presses no key."""
    first, *others = helpline.languages
    return _seconds(Greeting(helpline.name, first, tuple(others), may_show_number=True))


def longest_greeting_seconds(helpline: Helpline) -> int:
    """The most seconds of a greeting for a caller who hears it in a second language too."""
    again = [Greeting(helpline.name, other, (), may_show_number=True) for other in helpline.languages[1:2]]
    return greeting_seconds(helpline) + sum(map(_seconds, again))


def announcement_seconds(name: str, language: str) -> int:
    """The seconds of the sentence that names a center before it is rung."""
    return seconds_to_say(words("connecting", language, name=name))


def _seconds(greeting: Greeting) -> int:
    spoken_text = " ".join(text for text, _ in greeting_sentences(greeting))
    return seconds_to_say(spoken_text) + MENU_SECONDS


def _announced(center: Center, language: str) -> int:
    return announcement_seconds(center.name, language)


SPOKEN_SECONDS = SpokenSeconds(greeting_seconds, longest_greeting_seconds, _announced)
"""for the rules that compute how long a caller waits"""
