"""A caller names another number on the keys: with or without the leading 1, and no digit of it is ever a choice."""

from itertools import count
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from callrouter import phone
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

OTHER = "+12125550193"
TAKEN = {"en": "You will be called at that number.", "es": "Le llamaremos a ese número."}
TO_ENTERING = {
    ("helpline", "en"): (NATIONAL, ("", "1", "1")),
    ("helpline", "es"): (NATIONAL, ("2", "", "1", "1")),
    ("listing", "en"): (SUNRISE_PAGE, ("2", "1")),
}


def enters(caller: Caller, *entries: str, of: tuple[str, str] = ("helpline", "en")) -> PlacedCall:
    dialled, keys = TO_ENTERING[of]
    return caller.presses(*keys, *entries).dials(dialled)


def called_at(world: World, call: PlacedCall) -> str:
    """Which of the two: the number that the caller calls from, or the other one."""
    promise: dict[str, Any] = call.promised
    assert promise["state"] == "open"
    numbers = {
        world.pseudonym(number): number for number in (OTHER, "+13105550188") if world.pseudonyms(number)
    }
    return numbers[promise["called_pseudonym"]]


@pytest.mark.parametrize("of", TO_ENTERING)
@pytest.mark.parametrize("digits", ["2125550193", "12125550193", "2125550193#", "12125550193#"])
def test_with_and_without_the_leading_1_and_the_pound_key(
    world: World, caller: Caller, of: tuple[str, str], digits: str
) -> None:
    call = enters(caller, digits, of=of)
    assert call.was_told(TAKEN[of[1]])
    assert called_at(world, call) == OTHER


def test_the_caller_waits_no_longer_than_a_few_seconds_for_it_to_be_taken(world: World) -> None:
    ends: dict[str, float] = {}
    for digits in ("12125550193", "12125550193#"):
        turns = enters(world.caller(), digits).story.turns
        entered = next(turn for turn in turns if turn.path.startswith("/twilio/entered/"))
        ends[digits] = entered.at
    assert 0 < ends["12125550193"] - ends["12125550193#"] <= 4


@pytest.mark.parametrize(
    "digits",
    [
        "121255501933",
        "01112125550193",
        "21255501933",
        "2125550193" * 3,
        "3" * 100,
        "212",
        "212#5550193",
        "1212555019#3",
        "*212",
        "#",
        "",
    ],
)
def test_a_wrong_entry_is_asked_for_again_and_no_digit_of_it_is_a_choice(
    world: World, caller: Caller, digits: str
) -> None:
    call = enters(caller, digits, "2125550193", "")
    assert called_at(world, call) in {OTHER, "+13105550188"}
    assert call.promised["message_allowed"] is False
    assert not call.was_told("You will not be called back.")
    assert call.was_told("That is not a number in the United States that can be called.")


def test_who_stops_in_the_middle_goes_on_in_a_prompt_that_takes_digits(world: World, caller: Caller) -> None:
    call = enters(caller, "212", "3330193", "2125550193")
    assert called_at(world, call) == OTHER


@pytest.mark.soak
def test_nothing_that_is_entered_takes_the_promise_back_before_a_number_was_taken(world: World) -> None:
    callers = (world.caller(f"+1310555{number:04}") for number in count())

    @given(st.text("0123456789*#", max_size=40))
    @example("1212555019#3")
    @example("3" * 40)
    def enters_anything(digits: str) -> None:
        # Whoever has finished a number may choose on.
        assume(phone.number_from_keys(digits.partition("#")[0]) is None)
        assert enters(next(callers), digits).promised["state"] == "open"

    enters_anything()


@pytest.mark.parametrize(("language", "keys"), [("en", ()), ("es", ("2",))])
def test_the_words_say_how_to_finish(world: World, language: str, keys: tuple[str, ...]) -> None:
    call = enters(world.caller(), "", of=("helpline", language))
    finish = {"en": "finish with the pound key", "es": "termine con la tecla numeral"}[language]
    assert call.was_told(finish)


def test_a_center_s_telephone_is_no_caller_s(world: World, caller: Caller) -> None:
    phone_of_sunrise = world.directory.centers["sunrise-la"].phone
    call = enters(caller, phone_of_sunrise.removeprefix("+1"), "2125550193")
    assert call.was_told("That is not a number in the United States that can be called.")
    assert called_at(world, call) == OTHER
