"""What the carrier writes instead of the number of a caller who withheld it. *Pure.*

It may be a word or, in digits, the word as it is spelled on a telephone's keys: `+266696687` is ANONYMOUS. Many callers
have the same one, so it is nobody's number. Sources: the carrier's support article on calls from "strange numbers", and
its change log of 16 November 2022, by which words take the place of digits in calls that are forwarded.

Nobody can have one of these numbers, with one exception: `+17378742833`, RESTRICTED with a country code, could be in
Texas. The carrier has been seen to write it for withheld numbers, so whoever has it counts as withheld.
"""

from __future__ import annotations

_WORDS = ("anonymous", "restricted", "unavailable", "unknown", "blocked", "private", "withheld")
_SPELLED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_MISSPELLED = "+7378742883"
"""RESTRICTED, with a slip: so it stands in the carrier's documentation."""
WITHHELD_NUMBERS = frozenset(
    {_MISSPELLED, *(prefix + word.translate(_SPELLED) for word in _WORDS for prefix in ("+", "+1"))}
)


def stands_for_withheld(number: str) -> bool:
    """Whether this, although it looks like a number in E.164 form, says that there is none."""
    return number in WITHHELD_NUMBERS
