"""The code of a caller's own proof as it is told: digit by digit in groups with pauses, twice, then how to use it.

The digits are placeholders. The code is written in their place when the document is sent, and stored nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Pause

from callrouter.carrier.prompts import say, say_each
from callrouter.privacy.proof_codes import GROUP_DIGITS, GROUPS, placeholder
from callrouter.speech import WORDS_A_SECOND
from callrouter.wordings.sentences import Spoken
from callrouter.wordings.wordings import SpokenSentence, Wordings

_FIND_A_PEN_SECONDS = 4
_BETWEEN_GROUPS_SECONDS = 1
_TIMES = 2
_DIGITS_SECONDS = round(_TIMES * GROUPS * (GROUP_DIGITS / WORDS_A_SECOND + _BETWEEN_GROUPS_SECONDS))
_SIGNS = {
    "en": {".": "dot", ":": "colon", "-": "dash", "/": "slash"},
    "es": {".": "punto", ":": "dos puntos", "-": "guion", "/": "barra"},
}
_PATH = "/proof"
_IN_PLACE_OF_DIGITS = {"en": "(the code)", "es": "(el código)"}
"""in what is stored of these words"""


@dataclass(frozen=True, slots=True)
class ToldCode:
    """What tells the code."""

    verbs: list[TwiML]
    disclosed: Spoken
    """the words, which are stored; without the digits"""
    seconds_besides: int
    """of digits and pauses"""


def code_told(key_id: str, language: str, base: str, wordings: Wordings) -> ToldCode:
    """Tell the code, whose placeholders are of this key. `base` is our public origin with `/twilio`."""
    first = wordings.sentences(["proof-code"], language)
    again = wordings.sentences(["proof-code-again"], language)
    address = spoken_address(base.removesuffix("/twilio"), language)
    how = [*wordings.sentences(["proof-how"], language), SpokenSentence(f"{address}.", language)]
    verbs: list[TwiML] = [*say_each(first, base), Pause(length=_FIND_A_PEN_SECONDS)]
    verbs += [*_digits(key_id, language), *say_each(again, base), *_digits(key_id, language)]
    verbs += say_each(how, base)
    digits = [SpokenSentence(_IN_PLACE_OF_DIGITS[language], language)]
    return ToldCode(verbs, first + digits + again + digits + how, _FIND_A_PEN_SECONDS + _DIGITS_SECONDS)


def spoken_address(origin: str, language: str) -> str:
    """The address of the page, as it is said: `calls dot example dot org, slash proof`."""
    host = origin.partition("://")[2]
    words = re.sub(r"[.:/-]", lambda sign: f" {_SIGNS[language][sign[0]]} ", host)
    return f"{' '.join(words.split())}, {_SIGNS[language]['/']} {_PATH[1:]}"


def _digits(key_id: str, language: str) -> list[TwiML]:
    verbs: list[TwiML] = []
    for group in range(GROUPS):
        verbs += [say(placeholder(key_id, group), language), Pause(length=_BETWEEN_GROUPS_SECONDS)]
    return verbs
