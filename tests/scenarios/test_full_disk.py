"""The disk of the database is full: callers hear last words, nothing is half-written, and then calls go on."""

from collections.abc import Iterator

import pytest

from tests.scenarios.conftest import ends_well
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.servers.databases import PostgresDatabases, SqliteDatabases
from tests.servers.small_disk import SmallDisk, postgres_on, small_disk, sqlite_on

LAST_WORDS = "The national helpline of SAMHSA answers day and night"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(megabytes=48) as disk:
        yield disk


@pytest.fixture
def sqlite_there(disk: SmallDisk, sqlite_databases: SqliteDatabases) -> str:
    return sqlite_on(disk, sqlite_databases)


@pytest.fixture
def postgres_there(disk: SmallDisk, postgres_databases: PostgresDatabases) -> Iterator[str]:
    with postgres_on(disk, postgres_databases) as url:
        yield url


@pytest.fixture(params=["sqlite_there", "postgres_there"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    world = World(request.getfixturevalue(request.param))
    yield world
    ends_well(world)


def test_callers_hear_last_words_until_there_is_room_and_nobody_is_decided_about(
    world: World, disk: SmallDisk
) -> None:
    disk.fill()
    for _ in range(3):
        story = world.caller().dials(NATIONAL).story
        assert LAST_WORDS in story.heard[-1]
    disk.has_room()
    # What little found room, as that a call is over, was acknowledged and is kept.
    assert all(call["ended_at"] for call in world.rows("call"))
    assert world.rows("decision") == world.rows("leg") == world.rows("promise") == []
    world.center("sunrise-la").accepts()
    assert world.caller().dials(NATIONAL).outcome == "answered"


def test_a_call_that_was_going_on_keeps_what_was_acknowledged_and_comes_to_its_end(
    world: World, disk: SmallDisk
) -> None:
    world.center("sunrise-la").accepts()
    call = world.goes_on(world.caller().dials(NATIONAL))
    acknowledged = call.stored_legs
    disk.fill()
    world.talks_end()
    disk.has_room()
    assert [leg["center"] for leg in call.stored_legs] == [leg["center"] for leg in acknowledged]
    world.passes(hours=6)
    world.reaps()
    assert call.stored["ended_at"]
