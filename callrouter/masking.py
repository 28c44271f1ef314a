"""Masks telephone numbers in everything that is logged. *Pure.*

A number is in E.164 (a plus, also as %2B, or 00 or 011 in its place, and 7 digits or more), or has 10 or 11 digits,
plain or in North American groups, or 12 or 13 plain digits alone. Similar text stays: SIDs, UUIDs and digests (next
to a hexadecimal digit), fractions (after "0."), and Unix times (10 or 13 digits that begin with 1, as no area code
does). Digits of other scripts count as 0 to 9.
"""

import re
import unicodedata
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
      # 001 310 555 0101, 011 44 20 7946 0958
      (?<! [0-9A-Za-z.:%] ) (?<! \d[-+,] ) (?: 00 | 011 ) {_GAP}{{0,2}}
      [1-9] (?: {_GAP}{{0,3}} \d ){{8,}} (?! [0-9A-Fa-f] )
    |
      # 442079460958
      (?<! [0-9A-Za-z.:%-] ) [2-9] \d{{11,12}} (?! [0-9A-Za-z.:-] )
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
        return value if len(value) < SHORTEST else _masked_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_masked_key(key): masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    return masked(str(value))


def _masked_text(text: str) -> str:
    plain = _with_plain_digits(text)
    if plain == text:
        return _NUMBER.sub(MASK, text)
    ends = [0, *(each for found in _NUMBER.finditer(plain) for each in found.span()), len(text)]
    return MASK.join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


def _with_plain_digits(text: str) -> str:
    """The same text, as long as before, with 0 to 9 in place of the digits of other scripts."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _masked_key(key: Any) -> str:
    text = str(key)
    return text if text.isidentifier() else str(masked(text))
