"""The rules that every text of a wording keeps, whoever writes it. *Pure.*

A second person reads what no rule can: whether a text is true, kind and understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from string import Formatter, ascii_letters, digits
from typing import NamedTuple

from callrouter.directory.attempts import SCREENING_SECONDS, WHISPER_KEY_SECONDS
from callrouter.speech import seconds_to_say
from callrouter.wordings.folding import folded, sentences
from callrouter.wordings.forbidden_words import forbidden
from callrouter.wordings.required_parts import missing_parts
from callrouter.wordings.wordings import KEYS, SHIPPED

LONGEST_SECONDS = 30
LONGEST_WORD = 30
_QUESTION_SECONDS = 12
"""of each question to a caller who is called back; together they stay within LONGEST_PROMPT_SECONDS"""
_LONGEST = {
    # The center's time to press 1 is counted with the wait.
    "whisper": SCREENING_SECONDS - WHISPER_KEY_SECONDS,
    **dict.fromkeys(
        ("return-hello", "press-agree", "press-decline", "press-stop", "press-return-proof"),
        _QUESTION_SECONDS,
    ),
}
HEARD_BY_ANYBODY = frozenset(
    {
        "return-hello",
        "press-agree",
        "press-decline",
        "press-stop",
        "press-return-proof",
        "return-message",
        "return-stopped",
        "press-forget",
        "return-declined",
        "forgotten",
        "goodbye",
    }
)
"""heard by whoever picks up at the caller's, who need not be the caller"""
_TREATMENT_WORDS = re.compile(
    r"(?<!\w)(?:addict|treat|recover|rehab|helpline|advertis|clinic|drug|alcohol|sober|detox|center|therap"
    r"|adicc|adict|tratamiento|recupera|linea de ayuda|anuncia|clinica|droga|centro|terapia|sobri)\w*"
)
_NAMES_KEY = re.compile(r"\b(?:press|presion[ae]|push|hit|oprima|pulse|apriete|teclee)\b")
"""in either language"""
_PRESS = {"en": re.compile(r"\bpress (\d)(?!\d)"), "es": re.compile(r"\bpresione (\d)(?!\d)")}
SAMPLE_NAMES = {
    "center": "Sunrise Recovery Los Angeles",
    "helpline": "Addiction Helpline America",
    "called": "Addiction Helpline America",
}
_SPOKEN_SIGNS = " .,;:?!'’-–()¿¡"
_JOINED_DIGITS = re.compile(r"(?<!\d)(?:988|911)(?!\d)|\d{4,}|\d-|-\d")


class WordingFault(NamedTuple):
    """Why a text may not be spoken. `rule` is for programs, `what` for people."""

    key: str
    language: str
    rule: str
    what: str

    def in_words(self) -> str:
        return f"{self.key} {self.language}: {self.what}"


def wording_faults(key: str, language: str, text: str) -> tuple[WordingFault, ...]:
    """The faults of the form of this text, or if there are none, the faults of its meaning."""
    if (key, language) not in SHIPPED.texts:
        return (WordingFault(key, language, "unknown", _unknown(key, language)),)
    if syntax := list(_syntax_faults(key, text)):
        return tuple(WordingFault(key, language, *fault) for fault in syntax)
    return tuple(WordingFault(key, language, *fault) for fault in _meaning_faults(key, language, text))


def placeholders(text: str) -> list[str]:
    """The names in braces. Raises ValueError for braces that are not a name's."""
    names = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not re.fullmatch(r"[a-z]+", name) or form or conversion:
            raise ValueError(name)
        names.append(name)
    return names


def with_sample_names(text: str) -> str:
    """A text as it could be spoken."""
    return text.format(**SAMPLE_NAMES)


def seconds_with_names(text: str) -> int:
    """The seconds that a text takes with names of a usual length."""
    return seconds_to_say(with_sample_names(text))


def longest_seconds(key: str) -> int:
    """The most seconds that a text of this wording may take."""
    return _LONGEST.get(key, LONGEST_SECONDS)


def key_of(key: str, language: str = "en") -> str | None:
    """The key that a caller or a center may press because of this wording; None: none."""
    found = _PRESS[language].search(folded(SHIPPED.text(key, language)))
    return found[1] if found else None


def _unknown(key: str, language: str) -> str:
    if key not in KEYS:
        return "there is no such wording; `callrouter wordings list` shows them all"
    return f"no text is spoken in {language!r}; the languages are en and es"


_Fault = tuple[str, str]
"""rule, and what is wrong"""


def _syntax_faults(key: str, text: str) -> Iterator[_Fault]:
    if not text.strip():
        yield "empty", "the text is empty: the caller would hear silence"
        return
    if text != " ".join(text.split(" ")) or text != text.strip() or "  " in text:
        yield "spaces", "words are separated by one space, and none stands at the beginning or the end"
    yield from _placeholder_faults(key, text)
    yield from _sign_faults(text)
    if not text.endswith((".", "?", "!")):
        yield "ending", "the text has to end with a period, a question mark or an exclamation point"
    if any(len(word) > LONGEST_WORD for word in text.split()):
        yield "long-word", f"no word has more than {LONGEST_WORD} letters"


def _placeholder_faults(key: str, text: str) -> Iterator[_Fault]:
    try:
        found = set(placeholders(text))
    except ValueError:
        yield "braces", "braces only hold a name, like {center}"
        return
    wanted = set(placeholders(SHIPPED.text(key, "en")))
    for name in sorted(found - wanted):
        can = " and ".join(f"{{{each}}}" for each in sorted(wanted)) or "none"
        yield "unknown-placeholder", f"{{{name}}} is not known here; this wording has {can}"
    for name in sorted(wanted - found):
        yield "missing-placeholder", f"{{{name}}} is missing"


def _sign_faults(text: str) -> Iterator[_Fault]:
    for sign in dict.fromkeys(re.sub(r"\{[a-z]+\}", "", text)):
        if not _is_spoken(sign):
            name = unicodedata.name(sign, f"U+{ord(sign):04X}")
            shown = repr(sign) if sign.isprintable() else f"U+{ord(sign):04X}"
            yield "sign", f"{shown} ({name}) is not spoken; write words, Latin letters and digits"
    for joined in _JOINED_DIGITS.findall(text):
        yield (
            "digits",
            f"{joined!r}: write digits one by one with spaces, like 9 8 8, or a voice says a number",
        )


def _is_spoken(sign: str) -> bool:
    # A letter with its accents: others look like one of these, and a forbidden word could be written with them.
    letter, *accents = list(unicodedata.normalize("NFD", sign))
    return sign in _SPOKEN_SIGNS or (
        letter in ascii_letters + digits and all(unicodedata.combining(accent) for accent in accents)
    )


def _meaning_faults(key: str, language: str, text: str) -> Iterator[_Fault]:
    for word in dict.fromkeys(forbidden(text)):
        yield "forbidden-word", f"“{word}” promises something about a center, which the FTC Act forbids"
    for what in missing_parts(key, language, text):
        yield (
            "required-part",
            f"it leaves out {what}; it is to be said in one sentence, without “not” or the like",
        )
    yield from _key_faults(key, language, text)
    if key in HEARD_BY_ANYBODY and (found := _TREATMENT_WORDS.search(folded(text))):
        yield (
            "gives-away",
            f"“{found[0]}” tells whoever picks up what the call is about; it may be somebody else than the caller",
        )
    seconds = seconds_with_names(text)
    if seconds > longest_seconds(key):
        yield (
            "too-long",
            f"it takes {seconds} seconds to say; this wording has at most {longest_seconds(key)}",
        )


def _key_faults(key: str, language: str, text: str) -> Iterator[_Fault]:
    """A key is named as `press N`, one sentence for each choice, and is the key that the software acts on."""
    wanted = key_of(key, language)
    verbs = _NAMES_KEY.findall(folded(text))
    if wanted is None:
        if verbs:
            yield "key", f"it names a key ({verbs[0]!r}), and no key is waited for because of this wording"
        return
    how = f"{'press' if language == 'en' else 'presione'} {wanted}"
    if _PRESS[language].findall(folded(text)) != [wanted] or len(verbs) != 1:
        yield "key", f"it has to name its key once, as “{how}”"
    elif key.startswith("press-") and len(sentences(text)) != 1:
        yield "key", "a choice is one sentence"
