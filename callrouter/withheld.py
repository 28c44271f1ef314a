"""Values that the carrier sends in place of a withheld number. *Pure.*

Such a value is a word or the word spelled on a telephone's keys: `+266696687` is ANONYMOUS. Many callers share it,
so it identifies nobody. Sources: the carrier's support article on calls from "strange numbers", and its change log
of 16 November 2022, which replaces digits by words in forwarded calls.

Nobody can have these numbers, with one exception: `+17378742833`, RESTRICTED with a country code, could be in Texas.
The carrier has sent it for withheld numbers, so a caller who has it counts as withheld.
"""

from __future__ import annotations

_WORDS = ("anonymous", "restricted", "unavailable", "unknown", "blocked", "private", "withheld")
_SPELLED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_MISSPELLED = "+7378742883"
"""RESTRICTED, misspelled as in the carrier's documentation"""
WITHHELD_NUMBERS = frozenset(
    {_MISSPELLED, *(prefix + word.translate(_SPELLED) for word in _WORDS for prefix in ("+", "+1"))}
)


def stands_for_withheld(number: str) -> bool:
    """Whether this value, although it looks like E.164, means a withheld number."""
    return number in WITHHELD_NUMBERS
