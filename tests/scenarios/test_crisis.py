"""Key 9 tells how to reach 988, at every menu; such a call is sent to no advertiser and costs nobody anything."""

import pytest

from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE


def tells_of_988(call: PlacedCall) -> bool:
    return (
        call.was_told("The 9 8 8 Suicide and Crisis Lifeline is there for you") and call.outcome == "crisis"
    )


def test_in_the_greeting(caller: Caller) -> None:
    call = caller.presses("9").dials(NATIONAL)
    assert tells_of_988(call)
    assert call.legs == call.decisions == []


def test_in_the_spanish_greeting(caller: Caller) -> None:
    call = caller.presses("2", "9").dials(NATIONAL)
    assert call.was_told("La línea 9 8 8 de prevención del suicidio y crisis está a su disposición")
    assert call.outcome == "crisis"


def test_after_nobody_took_the_call(caller: Caller) -> None:
    assert tells_of_988(caller.presses("", "9").dials(NATIONAL))


def test_after_the_listings_center_did_not_answer(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("9").dials(SUNRISE_PAGE)
    assert tells_of_988(call)
    assert call.rang(sunrise)


@pytest.mark.parametrize("keys", [("9",), ("", "9"), ("2", "9")])
def test_it_is_never_billed(caller: Caller, keys: tuple[str, ...]) -> None:
    call = caller.presses(*keys).dials(NATIONAL)
    assert call.outcome == "crisis"
    assert call.is_free
    assert call.promise is None
