"""What ends a try locks in the order in which everybody locks: the rotation first, and then lines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.owner import as_owner
from tests.promises.attempts import begins, ends
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.servers.databases import Databases


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    with databases.fresh() as url:
        world = World(url)
        yield world
        world.closes()


def waits_for_a_lock(world: World) -> bool:
    """Whether anybody does, by the server's own account."""
    with as_owner(world.database) as connection:
        waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(connection.exec_driver_sql(waiting).scalar_one())


def test_handing_on_waits_for_the_rotation_without_holding_a_line(world: World) -> None:
    """A call that decides holds the rotation and wants a line: the two must not wait for each other."""
    call = world.caller().presses("", "1").dials(NATIONAL)
    assert begins(world, call)
    with ThreadPoolExecutor(1) as threads:
        with world.database.engine.begin() as deciding:
            deciding.exec_driver_sql("SELECT 1 FROM rotation WHERE helpline = 'national' FOR UPDATE")
            ended = threads.submit(ends, world, call, 1, "handed-on")
            while not waits_for_a_lock(world):
                assert not ended.done()
            deciding.exec_driver_sql(
                "SELECT 1 FROM availability WHERE center = 'sunrise-la' FOR UPDATE NOWAIT"
            )
        ended.result()
    assert call.promised["owner"] == "harbor-sd"
    assert [row["calls_in_progress"] for row in world.rows("availability", center="sunrise-la")] == [0]
