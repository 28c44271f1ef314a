"""At which hour it is where somebody's number belongs."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.area_zones import ZONES_OF_AREA_CODE

NOT_IN_THE_LIBRARY = {"684": ("Pacific/Pago_Pago",)}
"""American Samoa, whose zone the library does not know."""
LIES_WITH = {"364": "270", "448": "850", "458": "541", "930": "812", "986": "208"}
"""Area codes for the same places as older ones, of whose exchanges the library knows more."""


def known_zones(code: str) -> set[str]:
    """All that the library knows of the exchanges of an area code."""
    if code in NOT_IN_THE_LIBRARY:
        return set(NOT_IN_THE_LIBRARY[code])
    exchanges = [zones for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(f"1{code}")]
    return {zone for zones in exchanges for zone in zones}


@pytest.mark.parametrize("code", sorted(STATE_OF_AREA_CODE))
def test_every_area_code_has_all_zones_that_the_library_knows_of_its_exchanges(code: str) -> None:
    known = known_zones(code) | known_zones(LIES_WITH.get(code, code))
    assert ZONES_OF_AREA_CODE[code] == tuple(sorted(known))
    assert all(ZoneInfo(zone) for zone in known)


@pytest.mark.parametrize(("code", "hours"), [("423", 1), ("850", 1), ("208", 1), ("212", 0), ("671", 0)])
def test_where_an_area_code_lies_across_zones_its_clocks_differ(code: str, hours: int) -> None:
    winter = datetime(2026, 1, 15, 12)
    offsets = {winter.replace(tzinfo=ZoneInfo(zone)).utcoffset() for zone in ZONES_OF_AREA_CODE[code]}
    assert len(offsets) == 1 + hours


def test_no_other_area_code_has_any() -> None:
    assert ZONES_OF_AREA_CODE.keys() == STATE_OF_AREA_CODE.keys()
