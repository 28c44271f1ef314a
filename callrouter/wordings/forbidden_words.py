"""Words that promise something about a center. The FTC Act forbids such promises. *Pure.*"""

from __future__ import annotations

import re

from callrouter.wordings.folding import folded

_PROMISES_ENGLISH = (
    r"best",
    r"vett(?:ed|ing)",
    r"top ?rated",
    r"(?:highest|highly) rated",
    r"match(?:ed|es|ing)?",
    r"guarant(?:ee|ees|eed|eeing|y)",
    r"number (?:one|1)",
)
_PROMISES_SPANISH = (
    r"mejor(?:es)?",
    r"garantias?",
    r"garanti[zc]\w*",
    r"emparej(?:ad[oa]s?|amos|ar)",
    r"(?:avalad|verificad)[oa]s?",
    r"(?:bien|altamente) (?:calificad|valorad)[oa]s?",
    r"numero (?:uno|1)",
)
_FORBIDDEN = re.compile(rf"(?<!\w)(?:{'|'.join(_PROMISES_ENGLISH + _PROMISES_SPANISH)})(?!\w)")


def forbidden(text: str) -> list[str]:
    """The words of a text that promise something about a center, in either language."""
    return _FORBIDDEN.findall(folded(text))
