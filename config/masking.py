"""Masks telephone numbers in everything that is logged. *Pure.*

A number is in E.164 (a plus, also as %2B, and 7 digits or more), or has 10 or 11 digits, plain or in North American
groups. Similar text stays: SIDs, UUIDs and digests (next to a hexadecimal digit), fractions (after "0."), and Unix
times (10 digits that begin with 1, as no area code does).
"""

import re
from collections.abc import Mapping
from typing import Any

MASK = "[number]"
SHORTEST = 7

_GAP = r"(?:[ \t\xa0\u2002-\u200a\u202f.()/\-\u2010-\u2015]|%20|%2[89dDeE])"
_NUMBER = re.compile(
    rf"""
      # +13105550101, +1 (310) 555-0101, +44 20 7946 0958
      (?: \+ | %2[bB] ) {_GAP}? [1-9] (?: {_GAP}{{0,3}} \d ){{6,}}
    |
      (?: (?<! [0-9A-Fa-f] ) | (?<= %[0-9A-Fa-f]{{2}} ) ) (?<! \d\. )
      (?:
        # 3105550101, 13105550101
        1? [02-9]\d{{9}}
      |
        # 310 555 0101, 1 (310) 555-0101, 310.5550101
        (?: 1{_GAP}{{1,2}} )? (?: \( | %28 )? \d{{3}} {_GAP}{{1,3}} \d{{3}} {_GAP}? \d{{4}}
      |
        # 310555-0101
        (?: 1{_GAP}{{1,2}} )? \d{{6}} {_GAP} \d{{4}}
      )
      (?! [0-9A-Fa-f] )
    """,
    re.VERBOSE,
)


def masked(value: Any) -> Any:
    """The value with every number in its texts masked. Values that JSON does not know become text."""
    if isinstance(value, str):
        return value if len(value) < SHORTEST else _NUMBER.sub(MASK, value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_masked_key(key): masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    return masked(str(value))


def _masked_key(key: Any) -> str:
    text = str(key)
    return text if text.isidentifier() else str(masked(text))
