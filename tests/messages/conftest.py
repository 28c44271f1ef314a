"""A mailroom, in the world of the scenarios."""

import pytest

from tests.messages.mailroom import Mailroom
from tests.scenarios.conftest import world
from tests.scenarios.world import World

__all__ = ["world"]


@pytest.fixture
def mailroom(world: World) -> Mailroom:
    return Mailroom(world)
