"""What the carrier tells of a return call: who talked, and for how long; who was not asked was not called back."""

import pytest

from callrouter.promises.return_calls.lookup import look_up_unclear
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

ASKING, DISCLOSURE = 15, 8
"""seconds that it takes to ask the caller, and to say who it is; as the carrier that is played speaks"""


def talks(world: World, caller: Caller, sunrise: Center, seconds: float) -> int:
    """They are connected and talk so long; the seconds that count."""
    sunrise.accepts(seconds=seconds)
    caller.takes_the_return_call(seconds=seconds)
    world.rings_owners(most=1)
    [return_call] = world.rows("return_call", outcome="kept")
    counted: int = return_call["talk_seconds"]
    return counted


def test_the_time_in_which_the_caller_was_asked_is_no_talk(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    assert 75 <= talks(world, caller, sunrise, 75) <= 75 + DISCLOSURE


def test_by_the_carriers_books_it_is_as_long(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    """Its end is told by nobody; the center was asked, too, before they talked."""
    world.settles()
    world.network.holds("bridged", "status")
    sunrise.accepts(seconds=75)
    caller.takes_the_return_call(seconds=75)
    world.rings_owners(most=1)
    world.network.forgets()
    world.passes(minutes=6)
    assert look_up_unclear(world.dialer) == 1
    [return_call] = world.rows("return_call", outcome="kept")
    assert 75 <= return_call["talk_seconds"] <= 75 + DISCLOSURE


def test_a_talk_that_is_too_short_is_not_charged_for_the_time_of_asking(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    """30 seconds are charged."""
    assert talks(world, caller, sunrise, 30 - DISCLOSURE - 1) + ASKING > 30
    assert promised.is_free


def test_a_caller_who_calls_us_while_the_center_is_asked_is_not_rung(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    again = world.caller(caller.number)

    def calls_again() -> None:
        call = again.dials(NATIONAL)
        harbor.accepts()
        world.goes_on(call)

    world.settles()
    sunrise.accepts()
    caller.takes_the_return_call()
    world.network.on("owner-key", calls_again)
    [story] = world.rings_owners(most=1)
    assert [turn.rung.number for turn in story.turns if turn.rung] == [sunrise.phone]
    assert "The caller is calling us at this moment." in " ".join(
        text for turn in story.turns for text in turn.heard + turn.whispered
    )
    assert promised.returns == [("sunrise-la", "later")]
    assert promised.promised["attempts"] == 0
    world.talks_end()


@pytest.mark.parametrize("key", ["2", "9"])
def test_a_caller_who_wants_nothing_is_not_connected(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, key: str
) -> None:
    sunrise.accepts()
    caller.presses_when_called_back(key)
    world.rings_owners(most=1)
    [return_call] = world.rows("return_call")
    assert (return_call["agreed_at"], return_call["talk_seconds"]) == (None, None)
    assert promised.is_free
