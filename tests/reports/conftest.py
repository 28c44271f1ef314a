"""The people of the scenarios, and the reading of what came of their calls."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from callrouter.database import Database
from callrouter.reports.calls.story import Story, story
from callrouter.reports.exports import EXPORTS
from callrouter.reports.period import Period
from callrouter.reports.reading import reading
from tests.databases import open_database
from tests.scenarios.conftest import caller, harbor, meadow, sunrise, world
from tests.scenarios.world import World

__all__ = ["caller", "harbor", "meadow", "sunrise", "world"]

Rows = list[dict[str, Any]]
Exported = Callable[..., Rows]
WHENEVER = Period()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=2) as database:
        yield database


@pytest.fixture
def exported(world: World) -> Exported:
    """What an export has, once everything is worked off."""

    def export(what: str, since: datetime | None = None, until: datetime | None = None) -> Rows:
        world.settles()
        with reading(world.database.engine) as connection:
            return [dict(row) for row in EXPORTS[what].rows(connection, Period(since, until))]

    return export


@pytest.fixture
def told(world: World) -> Callable[[str], Story]:
    """The story of a call as it stands."""

    def tell(sid: str) -> Story:
        with reading(world.database.engine) as connection:
            return story(connection, sid)

    return tell


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the day on which the scenarios begin."""
    return datetime(2026, 3, 4, hour, minute, tzinfo=UTC)
