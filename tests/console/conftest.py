"""A world in which calls are placed, and the console of somebody who watches it."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from callrouter.staff.roles import Role
from tests.browser import chromium
from tests.console.pages import client
from tests.scenarios.world import World

__all__ = ["chromium"]
OpenConsole = Callable[[Role | None], FlaskClient]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


@pytest.fixture
def as_role(world: World) -> OpenConsole:
    """The console in the browser of somebody with a role; None: of nobody."""
    return lambda role: client(world.database, world.vault, world.clock.now, role)
