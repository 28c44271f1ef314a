"""Whatever is pressed for ever, wherever: the call ends soon, in words, and what was promised stands."""

from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callrouter.calls.menu_limit import MOST_MENUS
from tests.directories import center, partner
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

MOST_DOCUMENTS = MOST_MENUS + 2
"""Of a call, besides those that ring somebody: the menus, a message, and last words"""
FOR_EVER = 100
KEYS = (*"0123456789*#", "", "11", "2125550193", "12125550193")
OTHER_NUMBER = "4155550123"
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "greeting": (NATIONAL, ()),
    "greeting in Spanish": (NATIONAL, ("2",)),
    "offer": (NATIONAL, ("",)),
    "offer in Spanish": (NATIONAL, ("2", "")),
    "arranging": (NATIONAL, ("", "1")),
    "arranging in Spanish": (NATIONAL, ("2", "", "1")),
    "message allowed": (NATIONAL, ("", "1", "2")),
    "entering": (NATIONAL, ("", "1", "1")),
    "entering in Spanish": (NATIONAL, ("2", "", "1", "1")),
    "entering again": (NATIONAL, ("", "1", "1", "212")),
    "number taken": (NATIONAL, ("", "1", "1", OTHER_NUMBER)),
    "choices": (SUNRISE_PAGE, ()),
    "choices again": (SUNRISE_PAGE, ("1",)),
    "arranging of a listing": (SUNRISE_PAGE, ("2",)),
    "entering of a listing": (SUNRISE_PAGE, ("2", "1")),
    "offer after a listing": (SUNRISE_PAGE, ("3",)),
    "arranging after a listing": (SUNRISE_PAGE, ("3", "1")),
    "entering after a listing": (SUNRISE_PAGE, ("3", "1", "1")),
}


def each_caller(world: World, key: str) -> Caller:
    """Somebody else for each key."""
    return world.caller(f"+131055501{KEYS.index(key):02}")


def ended_well(call: PlacedCall) -> None:
    """Soon, in words, without an error, and with its promise."""
    stored: dict[str, Any] = call.stored
    last = call.story.turns[-1]
    assert stored["turn"] - len(call.stored_legs) <= MOST_DOCUMENTS
    assert (stored["status"], call.story.status, call.story.errors) == ("ended", "completed", [])
    assert last.heard
    assert last.heard[-1].endswith(".")
    if call.promise:
        taken_back = call.was_told("You will not be called back") or call.was_told("No le devolveremos")
        assert (call.promised["state"], call.outcome) == ("withdrawn" if taken_back else "open", "promised")


@pytest.mark.parametrize("place", PLACES)
def test_a_key_that_is_pressed_for_ever_comes_to_an_end(world: World, place: str) -> None:
    dialled, keys = PLACES[place]
    for key in KEYS:
        ended_well(each_caller(world, key).presses(*keys, *[key] * FOR_EVER).dials(dialled))


def test_so_it_does_where_a_center_is_offered_again(world: World) -> None:
    for key in KEYS:
        caller = each_caller(world, key)
        assert caller.presses("", "1").dials(NATIONAL).promise
        again = caller.presses("", *[key] * FOR_EVER).dials(NATIONAL)
        ended_well(again)
        assert again.was_told("You asked to be called back by")


def test_so_it_does_where_the_center_may_not_be_rung(world: World) -> None:
    world.edits(partner("sunrise", status="suspended"))
    for key in KEYS:
        call = each_caller(world, key).presses(*[key] * FOR_EVER).dials(SUNRISE_PAGE)
        ended_well(call)
        assert call.was_told("cannot take calls through this number")


def test_so_it_does_where_all_lines_are_busy(world: World, sunrise: Center) -> None:
    world.edits(center("sunrise-la", max_concurrent=1))
    talking = world.caller("+16175550100").dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.goes_on(talking)
    for key in KEYS:
        call = each_caller(world, key).presses(*[key] * FOR_EVER).dials(SUNRISE_PAGE)
        ended_well(call)
        assert call.was_told("All lines of Sunrise La are busy.")
    world.talks_end()


def test_after_the_last_menu_the_caller_hears_that_the_promise_stands(world: World) -> None:
    english, spanish = world.caller(), world.caller("+13105550123")
    for caller, greeting, said in (
        (english, ("",), "You will be called back as arranged."),
        (spanish, ("2", ""), "Le devolveremos la llamada según lo acordado."),
    ):
        call = caller.presses(*greeting, "1", *["2"] * FOR_EVER).dials(NATIONAL)
        assert call.was_told(said)
        assert call.promised["message_allowed"]
        assert call.stored["turn"] - len(call.stored_legs) == MOST_MENUS + 1


def test_what_the_last_key_did_is_done(world: World) -> None:
    """The key after the last menu still does what the menu said."""
    spoiled = ["1", *["212"] * (MOST_MENUS - 4), OTHER_NUMBER, "2"]
    call = world.caller().presses("", "1", *spoiled).dials(NATIONAL)
    assert call.promised["area_code"] == "415"
    assert call.was_told("You will be called back as arranged.")


def test_a_repeated_request_of_the_last_menu_gets_the_same_last_words(world: World) -> None:
    call = world.caller().presses("", "1", *["2"] * FOR_EVER).dials(NATIONAL)
    turn = call.stored["turn"]
    [last] = [request for request in world.network.sent if request.path == f"twilio/arranged/{turn - 1}"]
    before = world.counts()
    assert world.network.brings(last).reply == last.reply
    assert world.counts() == before


@pytest.mark.soak
def test_mixtures_come_to_an_end_too(world: World) -> None:
    callers = (world.caller(f"+1310555{number:04}") for number in count())

    @settings(max_examples=settings().max_examples // 2)
    @given(
        st.sampled_from([NATIONAL, SUNRISE_PAGE]),
        st.lists(st.sampled_from([*KEYS, OTHER_NUMBER, "212", "1#1#", "#3"]), max_size=40),
    )
    @example(NATIONAL, ["", *["1", OTHER_NUMBER] * 20])
    @example(SUNRISE_PAGE, ["2", *["1", OTHER_NUMBER, "2"] * 20])
    @example(SUNRISE_PAGE, ["1", "1", "3", "1", *["2", "1", "212", OTHER_NUMBER] * 20])
    def come_to_an_end(dialled: str, keys: list[str]) -> None:
        ended_well(next(callers).presses(*keys).dials(dialled))

    come_to_an_end()


@pytest.fixture(params=["helpline", "listing"])
def promised(request: pytest.FixtureRequest, world: World, caller: Caller) -> PlacedCall:
    """Sunrise owes the return of this call."""
    dialled, keys = {"helpline": (NATIONAL, ("", "1")), "listing": (SUNRISE_PAGE, ("2",))}[request.param]
    call = caller.presses(*keys).dials(dialled)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.mark.parametrize("key", [*"0123456789*#", ""])
@pytest.mark.parametrize("language", ["en", "es"])
def test_so_does_a_return_call_for_the_center(
    world: World, promised: PlacedCall, sunrise: Center, key: str, language: str
) -> None:
    world.edits(center("sunrise-la", languages=(language,)))
    sunrise.presses(key)
    [story] = world.rings_owners(most=1)
    assert len(story.turns) <= 5
    assert story.whispered[-1].endswith({"en": "Goodbye.", "es": "Adiós."}[language])
    assert (promised.promised["state"], story.errors) == ("open", [])


@pytest.mark.parametrize("key", [*"0123456789*#"])
@pytest.mark.parametrize("before", [(), ("9",)])
def test_so_does_a_return_call_for_the_caller(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, key: str, before: tuple[str, ...]
) -> None:
    sunrise.accepts()
    caller.presses_when_called_back(*before, *[key] * FOR_EVER)
    [story] = world.rings_owners(most=1)
    connected = (key, before) == ("1", ())
    assert story.heard[-1].endswith("a paid advertiser." if connected else "Goodbye.")
    assert len(story.turns) <= 5
    assert story.errors == []
    stands = {"1": "kept", "2": "declined", "9": "withdrawn"}.get(key, "open")
    assert promised.promised["state"] == ("withdrawn" if before else stands)
