"""A world whose calls are in the evidence log."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from callrouter.evidence.schema_statement import state_schema
from callrouter.privacy.acts import ActKind, Actor, Destroyed, record_act
from callrouter.privacy.audit import Access, record_access
from callrouter.routing.pauses import pause_center, resume_center
from tests.evidence.logs import NOW, logs
from tests.owner import as_owner
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


def happens(world: World, calls: int = 3) -> None:
    """Some calls are answered, and one ends in a promise."""
    for number in range(calls):
        world.caller(f"+1310555{number:04d}").dials((NATIONAL, SUNRISE_PAGE, HARBOR_PAGE)[number % 3])
        world.center("sunrise-la").accepts()
        world.center("harbor-sd").accepts()
    world.center("sunrise-la").is_busy()
    world.caller("+13105559998").dials(NATIONAL)
    world.caller("+13105559999").presses("", "1").dials(NATIONAL)
    world.settles()


WORDINGS = """
INSERT INTO wording_proposal (base_version, changes, digest, reason, proposed_at, proposed_by, decision, decided_at,
                              decided_by, version, in_force_at)
VALUES (1, '[]', 'd', 'clearer', now(), 'ada', 'approved', now(), 'bob', 2, now()),
       (2, '[]', 'e', 'shorter', now(), 'ada', NULL, NULL, NULL, NULL, NULL)
"""
"""one approved version, and one that waits"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    happens(world)
    access = Access("ada", "the caller complained", NOW)
    world.database.transact(lambda session: record_access(session, access, "message played", "CA12"))
    world.database.transact(
        lambda session: pause_center(session, "sunrise-la", NOW + timedelta(hours=1), access)
    )
    world.database.transact(lambda session: resume_center(session, "sunrise-la", access))
    with world.database.engine.begin() as connection:
        state_schema(connection, NOW)
    purged = Destroyed(keys=1, numbers=12)
    world.database.transact(
        lambda session: record_act(session, ActKind.PURGE, Actor(NOW), purged, NOW.date())
    )
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(WORDINGS)
    yield world
    world.closes()


@pytest.fixture
def logged(world: World) -> World:
    """All of it is in the log."""
    logs(world.database)
    return world
