"""Callers without a number, with one that is none, or with one of ours; and numbers that nobody has."""

from typing import Any

import pytest

from simulator import Location
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

NO_NUMBERS = [
    "anonymous",
    "unknown",
    "client:anna",
    "sip:someone@example.org",
    "+266696687",
    "Restricted",
    "7",
]
"""A withheld number may also come as the digits that spell ANONYMOUS."""


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_caller_without_a_number_is_a_normal_caller(world: World, sunrise: Center, number: str) -> None:
    call = world.caller(number).dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert call.costs("sunrise", "35.00 USD")


SPELLED = ["+266696687", "+7378742833", "+17378742833", "+86282452253", "+8656696", "+2562533"]
"""ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN and BLOCKED, as the carrier spells them in digits."""


@pytest.mark.parametrize("number", SPELLED)
def test_callers_whose_number_spells_anonymous_are_not_one_and_each_is_charged(
    world: World, sunrise: Center, number: str
) -> None:
    for _ in range(2):
        call = world.caller(number).dials(NATIONAL)
        sunrise.accepts()
        assert call.costs("sunrise", "35.00 USD")
        assert (call.stored["caller"], call.stored["caller_pseudonym"]) == ("withheld", None)
    assert world.rows("sealed_number") == []


@pytest.mark.parametrize("number", SPELLED)
@pytest.mark.parametrize(("dialled", "key"), [(NATIONAL, "1"), (SUNRISE_PAGE, "2")])
def test_nobody_is_promised_a_call_to_anonymous_in_digits(
    world: World, number: str, dialled: str, key: str
) -> None:
    keys = ["", key] if dialled == NATIONAL else [key]
    call = world.caller(number).presses(*keys).dials(dialled)
    assert not call.was_told("at the number you are calling from")
    assert (call.outcome, call.promise) == ("unserved", None)


@pytest.mark.parametrize("number", SPELLED)
def test_anonymous_in_digits_can_show_no_number(world: World, sunrise: Center, number: str) -> None:
    call = world.caller(number).presses("5").dials(NATIONAL)
    sunrise.accepts()
    assert not call.was_told("press 5")
    assert call.stored["shows_number"] is False


@pytest.mark.parametrize("digits", ["7378742833", "17378742833"])
def test_nobody_is_to_be_called_at_a_number_that_stands_for_withheld(
    world: World, caller: Caller, digits: str
) -> None:
    call = caller.presses("", "1", "1", digits).dials(NATIONAL)
    assert call.was_told("That is not a number in the United States that can be called.")
    assert call.promised["called_purpose"] == "caller"


@pytest.fixture
def withheld(world: World) -> Caller:
    return world.caller("anonymous")


def test_without_a_number_nothing_can_be_shown(withheld: Caller, sunrise: Center) -> None:
    call = withheld.presses("5").dials(NATIONAL)
    sunrise.accepts()
    assert not call.was_told("press 5")
    assert call.stored["shows_number"] is False


def test_without_a_number_no_return_call_is_offered_and_a_message_is(withheld: Caller) -> None:
    call = withheld.presses("", "2").says(10).dials(NATIONAL)
    assert not call.was_told("press 1")
    assert (call.outcome, (call.message or {})["seconds"]) == ("voicemail", 10)


def test_without_a_number_key_1_promises_nothing(withheld: Caller) -> None:
    call = withheld.presses("", "1").dials(NATIONAL)
    assert (call.outcome, call.promise) == ("unserved", None)


def test_without_a_number_a_listing_promises_nothing(withheld: Caller) -> None:
    call = withheld.presses("2").dials(SUNRISE_PAGE)
    assert not call.was_told("press 2")
    assert (call.outcome, call.promise) == ("unserved", None)


def test_a_withheld_number_is_in_no_vault_and_never_a_repeat(
    world: World, withheld: Caller, sunrise: Center
) -> None:
    for _ in range(2):
        call = withheld.dials(SUNRISE_PAGE)
        sunrise.accepts()
        assert call.costs("sunrise", "20.00 USD")
    assert world.rows("sealed_number") == []
    assert call.stored["caller"] == "withheld"


def test_a_number_that_nobody_has_is_told_so(world: World, caller: Caller) -> None:
    call = caller.dials("+13235550199")
    assert call.was_told("This number is not in service. The national helpline of SAMHSA answers")
    assert (call.outcome, call.legs, call.stored["route"]) == ("refused", [], None)
    assert call.record["outcome"] == "refused"


@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE])
@pytest.mark.parametrize("ours", [NATIONAL, SUNRISE_PAGE])
def test_a_number_of_ours_that_calls_us_is_a_loop_and_ends(world: World, dialled: str, ours: str) -> None:
    call = world.caller(ours).dials(dialled)
    assert call.was_told("This call comes from a number of this service and cannot be connected.")
    assert (call.outcome, call.legs) == ("refused", [])


@pytest.mark.parametrize(
    ("number", "seen", "state"),
    [
        ("+13105550188", "NY", "CA"),
        ("+18005550188", "NV", "NV"),
        ("+18005550188", "nv", ""),
        ("+442079460958", "", ""),
        ("anonymous", "CA", "CA"),
    ],
)
def test_the_area_code_tells_the_state_and_the_carrier_where_it_does_not(
    world: World, number: str, seen: str, state: str
) -> None:
    call = world.caller(number, place=Location(state=seen)).dials(NATIONAL)
    assert call.stored["state"] == state


def test_only_the_masked_number_is_stored_with_the_call(caller: Caller, world: World) -> None:
    call = caller.dials(NATIONAL)
    stored: dict[str, Any] = call.stored
    assert stored["caller"] == "+1 310 ••• ••88"
    [sealed] = world.rows("sealed_number")
    assert (sealed["call"], sealed["purpose"], sealed["day"]) == (
        call.sid,
        "caller",
        world.clock.now().date(),
    )
