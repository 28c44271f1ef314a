"""Telephone numbers: in the carrier's format, masked, and the state that they belong to. *Pure.*"""

from __future__ import annotations

import re

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.area_zones import ZONES_OF_AREA_CODE
from callrouter.withheld import stands_for_withheld

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SIP_ADDRESS = re.compile(
    r"sips?:[A-Za-z0-9._~+%-]{1,64}@[A-Za-z0-9.-]{1,190}(:[0-9]{1,5})?(;[A-Za-z0-9=;._-]{1,100})?"
)
WITHHELD = "withheld"
TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
NORTH_AMERICAN = re.compile(r"\+1([2-9][0-9]{2})([2-9][0-9]{6})")


def is_number(text: str) -> bool:
    """Whether this is a complete number in E.164 (`+13105550101`)."""
    return E164.fullmatch(text) is not None and not stands_for_withheld(text)


def can_be_dialed(text: str) -> bool:
    """Whether a center can be rung there: a number in E.164, or a SIP address."""
    return is_number(text) or SIP_ADDRESS.fullmatch(text) is not None


def masked(number: str) -> str:
    """A caller's number as everybody outside the vault sees it: `+1 310 ••• ••88`."""
    if not is_number(number):
        return WITHHELD
    american = NORTH_AMERICAN.fullmatch(number)
    if american:
        return f"+1 {american[1]} ••• ••{number[-2:]}"
    return f"{number[:3]} ••• ••{number[-2:]}"


def area_code(number: str) -> str:
    """The area code of an American number, masked or complete. Empty if it has none."""
    found = re.match(r"\+1 ?([2-9][0-9]{2})[ 2-9]", number)
    return found[1] if found else ""


def by_day_somewhere(number: str) -> bool:
    """Whether the zone of this number is known, masked or complete: it is in the United States, or toll-free."""
    code = area_code(number)
    return code in ZONES_OF_AREA_CODE or code in TOLL_FREE


def number_from_keys(digits: str) -> str | None:
    """The number that a caller entered on the keys. None if it is not a number of the United States."""
    number = "+1" + digits.rstrip("#").removeprefix("1")
    american = NORTH_AMERICAN.fullmatch(number)
    return number if american and american[1] in STATE_OF_AREA_CODE and is_number(number) else None


def state_of(number: str, said_by_carrier: str = "") -> str:
    """The US state or territory of a caller, two letters. Empty if unknown.

    The area code decides. The carrier's `FromState` is used if the area code has no state (toll-free, foreign).
    """
    american = NORTH_AMERICAN.fullmatch(number) if is_number(number) else None
    by_area_code = STATE_OF_AREA_CODE.get(american[1]) if american else None
    if by_area_code:
        return by_area_code
    return said_by_carrier if re.fullmatch(r"[A-Z]{2}", said_by_carrier) else ""
