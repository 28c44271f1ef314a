"""Voicemail in the world of the scenarios."""

import pytest

from tests.messages.voicemail import Voicemail
from tests.scenarios.conftest import world
from tests.scenarios.world import World

__all__ = ["world"]


@pytest.fixture
def voicemail(world: World) -> Voicemail:
    return Voicemail(world)
