"""What Prometheus is told of promises: how many are owed, overdue and how old, and how those of the last day ended."""

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from server.status.metrics import StoredFigures
from tests.promises.attempts import is_attempted
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


def told(world: World) -> dict[str, float]:
    """Each figure about promises, by its name and labels without their common beginning."""
    registry = CollectorRegistry()
    registry.register(StoredFigures(world.database, world.clock.now))
    lines = generate_latest(registry).decode().splitlines()
    ours = [line.removeprefix("callrouter_promises_").rsplit(" ", 1) for line in lines if "promises_" in line]
    return {name: float(value) for name, value in ours if not name.startswith("#")}


def promised(world: World, number: str = "+13105550188") -> PlacedCall:
    call = world.caller(number).presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


def is_kept(world: World, caller: Caller) -> None:
    world.center("sunrise-la").accepts()
    caller.takes_the_return_call()
    assert world.rings_owners(most=1)


def test_with_nobody_owed_anything_the_figures_are_nothing(world: World) -> None:
    assert told(world) == {"open": 0, "overdue": 0, "oldest_age_seconds": 0}


def test_open_ones_are_counted_with_the_age_of_the_oldest(world: World) -> None:
    first = promised(world)
    world.passes(minutes=30)
    promised(world, "+13105550147")
    age = (world.clock.now() - first.promised["made_at"]).total_seconds()
    assert told(world) == {"open": 2, "overdue": 0, "oldest_age_seconds": pytest.approx(age)}


def test_one_that_is_due_is_overdue_until_it_has_moved_on(world: World) -> None:
    call = promised(world)
    world.is_now(call.promised["due_at"])
    assert told(world)["overdue"] == 1
    world.sweeps()
    assert (told(world)["open"], told(world)["overdue"]) == (1, 0)


def test_one_that_was_kept_before_it_was_due_was_kept_in_time(world: World) -> None:
    promised(world)
    is_kept(world, world.caller())
    assert told(world) == {
        "open": 0,
        "overdue": 0,
        "oldest_age_seconds": 0,
        'ended_last_day{in_time="yes",state="kept"}': 1,
    }


def test_one_that_another_owner_had_missed_was_kept_late(world: World, harbor: Center) -> None:
    call = promised(world)
    world.is_now(call.promised["due_at"])
    world.sweeps()
    harbor.accepts()
    world.caller().takes_the_return_call()
    assert world.rings_owners(most=1)
    assert told(world)['ended_last_day{in_time="no",state="kept"}'] == 1


@pytest.fixture
def harbor(world: World) -> Center:
    return world.center("harbor-sd")


def test_other_ends_are_counted_by_their_state_for_a_day(world: World) -> None:
    is_attempted(world, promised(world), "declined")
    world.passes(hours=1)
    is_attempted(world, promised(world, "+13105550147"), "stopped")
    ended = {name for name in told(world) if name.startswith("ended")}
    assert ended == {
        'ended_last_day{in_time="no",state="declined"}',
        'ended_last_day{in_time="no",state="withdrawn"}',
    }
    world.passes(hours=23, minutes=30)
    assert {name for name in told(world) if name.startswith("ended")} == {
        'ended_last_day{in_time="no",state="withdrawn"}'
    }
