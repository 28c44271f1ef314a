"""`callrouter drain` and `callrouter outbox`: what waits behind the calls, and what kept failing."""

import subprocess
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from callrouter.events.heartbeat import mark_evidence_complete, mark_seen
from callrouter.events.model import OutboxFact
from tests.cli.running import PATIENCE, CommandLine
from tests.evidence.logs import logs
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """A call that is over, and of which nothing is worked off."""
    world = World(callrouter.settings.database_url)
    world.caller().presses("9").dials(NATIONAL)
    world.catch_up()
    yield world
    world.closes()


def set_aside(world: World) -> None:
    with world.database.engine.begin() as connection:
        at, error = world.clock.now(), "KeyError('+13105550188')"
        connection.execute(sa.update(OutboxFact).values(set_aside_at=at, failures=5, error=error))


def test_where_nothing_waits_it_ends_at_once(callrouter: CommandLine) -> None:
    done = callrouter("drain")
    assert (done.exit_code, done.stdout) == (0, "Everything is worked off.\n")


def test_it_waits_until_everything_is_worked_off(callrouter: CommandLine, world: World) -> None:
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with callrouter.starts("drain", **how) as process:
        assert process.stderr
        assert b"No worker seems to be working" in process.stderr.readline()
        assert process.poll() is None
        world.settles()
        logs(world.database)
        output, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (0, b"Everything is worked off.\n")


def test_it_waits_for_the_evidence_log(callrouter: CommandLine, world: World) -> None:
    world.settles()
    done = callrouter("drain", "--timeout", "0")
    assert done.exit_code == 1
    assert "records for the evidence log still wait after 0 seconds" in done.stderr
    assert "Nobody seems to write the evidence log" in done.stderr
    now = world.clock.now().replace(year=2100)
    world.database.transact(lambda session: mark_evidence_complete(session, now))
    assert "Nobody seems" not in callrouter("drain", "--timeout", "0").stderr
    logs(world.database)
    assert callrouter.rows("drain") == [{"facts": 0, "since": None, "set_aside": 0, "records": 0}]


def test_it_gives_up_when_told_to(callrouter: CommandLine, world: World) -> None:
    done = callrouter("drain", "--timeout", "0")
    assert done.exit_code == 1
    assert "3 facts still wait after 0 seconds" in done.stderr


def test_where_workers_work_nothing_is_said_of_them(callrouter: CommandLine, world: World) -> None:
    now = world.clock.now().replace(year=2100)
    world.database.transact(lambda session: mark_seen(session, now, "worker"))
    assert "No worker" not in callrouter("drain", "--timeout", "0").stderr


def test_what_was_set_aside_is_not_waited_for_and_told(callrouter: CommandLine, world: World) -> None:
    set_aside(world)
    logs(world.database)
    done = callrouter("drain")
    assert done.exit_code == 1
    assert "3 facts kept failing and were set aside: callrouter outbox list" in done.stderr


def test_what_was_set_aside_is_listed_without_a_number(callrouter: CommandLine, world: World) -> None:
    set_aside(world)
    rows = callrouter.rows("outbox", "list")
    assert sorted((row["fact"], row["failures"]) for row in rows) == [
        ("disclosed", 5),
        ("disclosed", 5),
        ("ended", 5),
    ]
    assert {row["error"] for row in rows} == {"KeyError('[number]')"}


def test_what_was_set_aside_is_tried_again(callrouter: CommandLine, world: World) -> None:
    set_aside(world)
    assert callrouter("outbox", "retry").stdout == "3 facts will be tried again.\n"
    world.settles()
    assert callrouter.rows("outbox", "list") == []
    logs(world.database)
    assert callrouter("drain").exit_code == 0


def test_a_negative_timeout_is_wrong_use(callrouter: CommandLine) -> None:
    assert callrouter("drain", "--timeout", "-1").exit_code == 2
