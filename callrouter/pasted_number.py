"""A telephone number as a person types or pastes it: from contacts, a web page, a letter, another country. *Pure.*

It is for searching. A file of the directory is held to `callrouter.phone.telephone_number`, which guesses less.
"""

from __future__ import annotations

import re
import unicodedata

from callrouter.phone import NORTH_AMERICAN, telephone_number

_NOT_SEEN = "Cf"
"""marks of direction, joiners, soft hyphens: what comes along when a number is copied"""
_DASH, _SPACE = "Pd", "Zs"
_OTHER_SEPARATORS = str.maketrans(dict.fromkeys("\u2212\u00b7\u2022\u2027/", "-") | {"\t": " "})
"""the minus, dots at half height, and the slash"""
_ADDRESS = re.compile(r"(tel|callto|sms):/{0,2}", re.IGNORECASE)
_ABROAD = re.compile(r"(?:011|00)[\s().-]*(?=[1-9])")
"""dialed before a country code: in North America, and nearly everywhere else"""
_SHORTEST_ABROAD = 9
"""digits with the country code: shorter ones may be numbers of a town that begin with a zero"""
_TRUNK_ZERO = re.compile(r"(\+[1-9][0-9]{0,2}[\s.-]*)\(0\)")
"""+44 (0)20 7946 0018: the zero is not dialed from abroad"""


def pasted_number(pasted: str) -> str:
    """The number in E.164; what is none stays as it was pasted, and so does a number with an extension.

    `tel:+17545550160`, `754–555–0160`, `001 754 555 0160` and `011 1 754 555 0160` are `+17545550160`.
    """
    plain = "".join(map(_plain, unicodedata.normalize("NFKC", pasted))).translate(_OTHER_SEPARATORS).strip()
    plain = _TRUNK_ZERO.sub(r"\1", _from_abroad(_ADDRESS.sub("", plain, count=1).strip()))
    number = telephone_number(plain)
    is_too_long = number.startswith("+1") and not NORTH_AMERICAN.fullmatch(number)
    return number if number.startswith("+") and not is_too_long else pasted


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == _NOT_SEEN:
        return ""
    if category in (_DASH, _SPACE):
        return "-" if category == _DASH else " "
    return str(unicodedata.decimal(sign, sign))


def _from_abroad(number: str) -> str:
    rest = _ABROAD.sub("+", number, count=1) if _ABROAD.match(number) else number
    return rest if len(re.sub(r"[^0-9]", "", rest)) >= _SHORTEST_ABROAD else number
