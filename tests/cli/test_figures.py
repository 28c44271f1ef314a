"""`callrouter figures recount`: whether the totals that reports add up are those of the calls and entries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.running import CommandLine
from tests.owner import as_owner
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.world import World


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Sunrise took a call of its listing."""
    world = World(callrouter.settings.database_url)
    world.caller("+16175550101").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    yield world
    world.closes()


def test_totals_that_are_right_are_said_to_be(callrouter: CommandLine, world: World) -> None:
    done = callrouter("figures", "recount")
    assert (done.exit_code, done.stdout) == (0, "The totals are those of the calls and entries.\n")
    assert callrouter.rows("figures", "recount") == []


def test_each_figure_that_differs_is_listed_and_the_exit_status_is_1(
    callrouter: CommandLine, world: World
) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE day_total DISABLE TRIGGER total_is_counted")
        connection.exec_driver_sql("UPDATE day_total SET calls = 7 WHERE currency = ''")
        connection.exec_driver_sql("ALTER TABLE day_total ENABLE TRIGGER total_is_counted")
    done = callrouter("figures", "recount", "--format", "csv")
    head, row = done.stdout.splitlines()
    assert done.exit_code == 1
    assert head == "day,partner,center,helpline,kind,simulated,currency,figure,kept,recounted"
    assert row.endswith(",sunrise,sunrise-la,,listing,true,,calls,7,1")
