"""A door with a world behind it: what is tested here is the request, not what is stored of a call."""

from collections.abc import Iterator

import pytest

from tests.scenarios.world import World
from tests.webhooks.carrier import FakeCarrier


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


@pytest.fixture
def carrier(world: World) -> FakeCarrier:
    return FakeCarrier(world)
