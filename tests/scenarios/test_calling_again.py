"""A caller who was promised a call, and calls again before it came: the same center is offered; nobody is steered."""

import pytest

from tests.directories import partner
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

OFFERED = "You asked to be called back by Sunrise La, a paid advertiser."


@pytest.fixture
def promised(caller: Caller) -> PlacedCall:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.mark.usefixtures("promised")
def test_the_center_that_owes_the_call_is_offered_and_reached_by_key_1(
    caller: Caller, sunrise: Center
) -> None:
    again = caller.presses("", "1").dials(NATIONAL)
    sunrise.accepts()
    assert again.was_told(OFFERED)
    assert again.was_answered_by(sunrise)
    assert again.costs("sunrise", "35.00 USD")


def test_an_answered_call_ends_the_promise_and_nobody_is_charged_for_it(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    again = caller.presses("", "1").dials(NATIONAL)
    sunrise.accepts()
    assert again.was_answered_by(sunrise)
    world.settles()
    assert promised.promised["state"] == "kept"
    assert world.rings_owners() == []
    assert promised.is_free


def test_whoever_stays_on_the_line_is_connected_as_usual(
    world: World, promised: PlacedCall, caller: Caller, harbor: Center, sunrise: Center
) -> None:
    again = caller.presses("", "").dials(NATIONAL)
    harbor.accepts()
    assert again.rang(sunrise, harbor)
    assert len(again.decisions) == 2
    world.settles()
    assert promised.promised["state"] == "withdrawn"


@pytest.mark.usefixtures("promised")
def test_a_center_that_was_asked_for_and_does_not_answer_is_followed_by_the_others(
    caller: Caller, sunrise: Center, harbor: Center
) -> None:
    again = caller.presses("", "1").dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    assert again.legs == [("sunrise-la", "no-answer"), ("harbor-sd", "accepted")]
    assert [decision["center"] for decision in again.decisions] == ["harbor-sd"]


@pytest.mark.usefixtures("promised")
def test_a_center_that_may_not_be_called_is_not_offered(world: World, caller: Caller) -> None:
    world.edits(partner("sunrise", status="suspended"))
    assert not caller.dials(NATIONAL).was_told(OFFERED)


@pytest.mark.usefixtures("promised")
def test_another_caller_is_offered_nothing(world: World) -> None:
    assert not world.caller("+16175550123").dials(NATIONAL).was_told("You asked to be called back")


@pytest.mark.usefixtures("promised")
def test_988_is_reached_here_too(caller: Caller) -> None:
    assert caller.presses("", "9").dials(NATIONAL).outcome == "crisis"
