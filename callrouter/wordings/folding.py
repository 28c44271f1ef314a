"""A text as the rules read it: small letters without accents and hyphens, sentence by sentence. *Pure.*"""

from __future__ import annotations

import re
import unicodedata

_HYPHENS = re.compile(r"[-‐‑‒–—―]")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def folded(text: str) -> str:
    """The text in small letters, without accents, with a space for each hyphen."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_HYPHENS.sub(" ", plain.casefold()).split())


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence]
