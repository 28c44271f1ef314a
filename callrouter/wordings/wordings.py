"""The words that callers hear, by key and language: one version of all of them. *Pure.*

Version 1 is shipped with the software (`shipped/`) and never changes. Later versions are in the database.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callrouter.wordings.audio import Audio
from callrouter.wordings.shipped.calls import OF_CALLS
from callrouter.wordings.shipped.promises import OF_PROMISES
from callrouter.wordings.shipped.proofs import OF_PROOFS
from callrouter.wordings.shipped.return_calls import OF_RETURN_CALLS

LONGEST_SPOKEN_NAME = 80
FIRST_VERSION = 1

WordingId = tuple[str, str]
"""(key, language)"""


class SpokenSentence(NamedTuple):
    """A text in its language, and what is played in place of it."""

    text: str
    language: str
    audio: Audio | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Wordings:
    """All texts of one version. A version never changes, so it is compared and hashed by identity."""

    version: int
    texts: Mapping[WordingId, str]
    audio: Mapping[WordingId, Audio] = field(default_factory=dict)
    """what is played in place of a text"""

    def words(self, key: str, language: str, **names: str) -> str:
        """The text of a wording, with speakable names inserted."""
        spoken = {name: speakable(value) for name, value in names.items()}
        return self.text(key, language).format(**spoken)

    def sentences(self, keys: Iterable[str], language: str, **names: str) -> list[SpokenSentence]:
        """Each wording as it is heard, with speakable names inserted."""
        return [
            SpokenSentence(self.words(key, language, **names), language, self.audio.get((key, language)))
            for key in keys
        ]

    def text(self, key: str, language: str) -> str:
        """The text before names are inserted. English if the language is missing."""
        return self.texts.get((key, language)) or self.texts[key, "en"]

    def label(self, key: str) -> str:
        """The key and the version of the wordings, `connecting@1`."""
        return f"{key}@{self.version}"


SHIPPED = Wordings(
    FIRST_VERSION,
    {
        (key, language): text
        for key, texts in {**OF_CALLS, **OF_PROMISES, **OF_RETURN_CALLS, **OF_PROOFS}.items()
        for language, text in texts.items()
    },
)
"""version 1"""

KEYS = tuple(dict.fromkeys(key for key, _ in SHIPPED.texts))


def speakable(name: str) -> str:
    """Make a name fit to be spoken: one line, no control or direction marks, not too long."""
    kept = "".join(" " if character.isspace() else character for character in name if _is_heard(character))
    folded = " ".join(kept.split())
    if len(folded) <= LONGEST_SPOKEN_NAME:
        return folded
    return folded[:LONGEST_SPOKEN_NAME].rsplit(" ", 1)[0]


def _is_heard(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
