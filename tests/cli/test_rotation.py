"""`callrouter rotation verify`: every past pick recomputed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from callrouter.routing.model import DecisionRow, RotationRow
from tests.cli.running import CommandLine
from tests.directories import NATIONAL, a_directory, helpline
from tests.owner import as_owner
from tests.scenarios.world import World


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Three calls to the national helpline, whose three equal seats do not answer."""
    directory = a_directory(helpline("sunrise-la", "harbor-sd", "meadow-bos"))
    world = World(callrouter.settings.database_url, directory)
    for number in range(3):
        world.caller(f"+1617555010{number}").dials(NATIONAL)
        world.settles()
    yield world
    world.closes()


def test_picks_that_follow_from_what_they_were_taken_from_agree(
    callrouter: CommandLine, world: World
) -> None:
    decisions = len(world.rows("decision"))
    [row] = callrouter.rows("rotation", "verify", "national")
    assert (row["helpline"], row["decisions"]) == ("national", decisions)
    assert (row["disagreements"], row["first_disagreement"], row["agrees"]) == (0, None, True)
    assert 0 < float(row["largest_credit"]) <= 1.2


def test_without_a_helpline_all_are_verified(callrouter: CommandLine, world: World) -> None:
    rows = callrouter.rows("rotation", "verify")
    assert [row["helpline"] for row in rows] == sorted({row["helpline"] for row in world.rows("rotation")})


def test_another_pick_is_found_and_the_exit_status_is_1(callrouter: CommandLine, world: World) -> None:
    first = world.rows("decision")[0]
    other = next(row["center"] for row in world.rows("seat") if row["center"] != first["center"])
    forged = sa.update(DecisionRow).where(DecisionRow.helpline == "national", DecisionRow.number == 1)
    with as_owner(world.database) as connection:
        connection.execute(forged.values(center=other))
    done = callrouter("rotation", "verify", "national", "--format", "csv")
    head, row = done.stdout.splitlines()
    found = dict(zip(head.split(","), row.split(","), strict=True))
    assert done.exit_code == 1
    assert (found["first_disagreement"], found["agrees"]) == ("1", "false")


def test_other_credits_are_found_and_the_exit_status_is_1(callrouter: CommandLine, world: World) -> None:
    with world.database.engine.begin() as connection:
        forged = array("i", [1, -1, 0]).tobytes()
        connection.execute(sa.update(RotationRow).values(credits=forged))
    done = callrouter("rotation", "verify", "national", "--format", "csv")
    head, row = done.stdout.splitlines()
    found = dict(zip(head.split(","), row.split(","), strict=True))
    assert done.exit_code == 1
    assert (found["disagreements"], found["credits_agree"], found["agrees"]) == ("0", "false", "false")


def test_a_helpline_without_decisions_is_refused(callrouter: CommandLine, world: World) -> None:
    done = callrouter("rotation", "verify", "nationel")
    assert done.exit_code == 1
    assert "did you mean national?" in done.stderr


def test_before_the_first_decision_nothing_is_to_be_verified(callrouter: CommandLine) -> None:
    done = callrouter("rotation", "verify")
    assert (done.exit_code, done.stdout) == (0, "No decision was taken yet.\n")
