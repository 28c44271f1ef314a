"""The people of the scenarios, and a promise that is open."""

from collections.abc import Callable

import pytest

from tests.scenarios.call import PlacedCall
from tests.scenarios.conftest import caller, harbor, meadow, sunrise, world
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

__all__ = ["caller", "harbor", "meadow", "sunrise", "world"]

Promised = Callable[..., PlacedCall]


@pytest.fixture
def promised(world: World) -> PlacedCall:
    """Nobody took a helpline's call, and sunrise owes its return."""
    call = world.caller().presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.fixture
def by_listing(world: World) -> PlacedCall:
    """The center of a listing did not take its call, and owes its return."""
    call = world.caller("+13105550147").presses("2").dials(SUNRISE_PAGE)
    assert call.promised["only_center"] == "sunrise-la"
    return call
