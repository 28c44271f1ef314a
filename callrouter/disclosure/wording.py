"""The words that callers hear, by key and language, with a version. *Pure.*

A changed text gets a new version: the log of disclosures stores the version and the words. No text promises anything
about a center (`forbidden`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from callrouter.disclosure.texts_of_calls import OF_CALLS
from callrouter.disclosure.texts_of_promises import OF_PROMISES
from callrouter.disclosure.texts_of_return_calls import OF_RETURN_CALLS

WORDINGS: dict[str, tuple[int, dict[str, str]]] = {**OF_CALLS, **OF_PROMISES, **OF_RETURN_CALLS}
"""key: version, and the text in each language"""

LONGEST_SPOKEN_NAME = 80
_PROMISING = ("best", "vetted", "top-rated", "top rated", "matched", "guarantee", "guaranteed", "number one")
_PROMISING_EN_ESPANOL = ("mejor", "mejores", "garantía", "garantizado", "garantizada")


def words(key: str, language: str, **names: str) -> str:
    """The text of a wording, with speakable names inserted."""
    spoken = {name: speakable(value) for name, value in names.items()}
    return text(key, language).format(**spoken)


def text(key: str, language: str) -> str:
    """The text before names are inserted. English if the language is missing."""
    texts = WORDINGS[key][1]
    return texts.get(language, texts["en"])


def version(key: str) -> str:
    """A wording's key and version, `connecting@1`."""
    return f"{key}@{WORDINGS[key][0]}"


def speakable(name: str) -> str:
    """Make a name fit to be spoken: one line, no control or direction marks, not too long."""
    kept = "".join(" " if character.isspace() else character for character in name if _is_heard(character))
    folded = " ".join(kept.split())
    if len(folded) <= LONGEST_SPOKEN_NAME:
        return folded
    return folded[:LONGEST_SPOKEN_NAME].rsplit(" ", 1)[0]


def _is_heard(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def forbidden(sentence: str) -> Iterable[str]:
    """The words of a sentence that promise something about a center. The FTC Act forbids such promises."""
    lower = sentence.lower()
    return [
        word for word in _PROMISING + _PROMISING_EN_ESPANOL if re.search(rf"\b{re.escape(word)}\b", lower)
    ]
