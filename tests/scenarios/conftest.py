"""The world that a scenario is played in. When it is over, the promises of the design must hold."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.scenarios.people import Caller, Center
from tests.scenarios.promises import broken_promises
from tests.scenarios.world import World
from tests.servers.databases import FreshDatabases

OpenWorld = Callable[..., World]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    ends_well(world)


def ends_well(world: World) -> None:
    # Whatever is still open by now, nothing will be heard of it any more.
    world.passes(hours=6)
    world.reaps()
    world.settles()
    assert broken_promises(world) == []
    world.closes()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_world(request: pytest.FixtureRequest) -> Iterator[OpenWorld]:
    """Opens as many worlds as a test wants to compare, on one kind of database."""
    fixture = {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}[request.param]
    databases: FreshDatabases = request.getfixturevalue(fixture)
    with ExitStack() as stack:

        def opened(**how: Any) -> World:
            world = World(stack.enter_context(databases.fresh()), **how)
            stack.callback(ends_well, world)
            return world

        yield opened


@pytest.fixture
def caller(world: World) -> Caller:
    return world.caller()


@pytest.fixture
def sunrise(world: World) -> Center:
    """First in the helpline; asks for key 1."""
    return world.center("sunrise-la")


@pytest.fixture
def harbor(world: World) -> Center:
    """Second in the helpline; takes a call by picking up."""
    return world.center("harbor-sd")


@pytest.fixture
def meadow(world: World) -> Center:
    """Third in the helpline; asks for key 1."""
    return world.center("meadow-bos")
