"""At which hour it is where somebody's number belongs."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import timezone

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.area_zones import ZONES_OF_AREA_CODE

NOT_IN_THE_LIBRARY = {"684": ("Pacific/Pago_Pago",)}
"""American Samoa, whose zone the library does not know."""


@pytest.mark.parametrize("code", sorted(STATE_OF_AREA_CODE))
def test_every_area_code_has_the_zones_that_the_library_knows(code: str) -> None:
    number = phonenumbers.parse(f"+1{code}5550100")
    known = NOT_IN_THE_LIBRARY.get(code) or timezone.time_zones_for_number(number)
    assert ZONES_OF_AREA_CODE[code] == tuple(sorted(known))
    assert all(ZoneInfo(zone) for zone in known)


def test_no_other_area_code_has_any() -> None:
    assert ZONES_OF_AREA_CODE.keys() == STATE_OF_AREA_CODE.keys()
