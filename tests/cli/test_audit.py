"""`callrouter audit`: the same report from our database, and from an export without it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callrouter.evidence.append import SigningKey, append_records
from callrouter.evidence.schema_statement import state_schema
from config.evidence_key import evidence_seed
from tests.cli.running import COMMAND, ROOT, CommandLine
from tests.directories import NATIONAL, a_directory, helpline
from tests.evidence.logs import NOW
from tests.owner import as_owner
from tests.scenarios.world import World

PICKED_OTHERWISE = "UPDATE decision SET center = NULL WHERE number = 2"


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Three callers reach a center of the national helpline, and all of it is logged."""
    directory = a_directory(helpline("sunrise-la", "harbor-sd", "meadow-bos"))
    world = World(callrouter.settings.database_url, directory)
    for number in range(3):
        for center in directory.centers:
            world.center(center).accepts()
        world.caller(f"+1617555010{number}").dials(NATIONAL)
        world.settles()
    with world.database.engine.begin() as connection:
        state_schema(connection, NOW)
    is_logged(callrouter, world)
    yield world
    world.closes()


def is_logged(callrouter: CommandLine, world: World) -> None:
    settings = callrouter.settings
    key = SigningKey(settings.evidence_origin, evidence_seed(settings))
    world.database.transact(lambda session: append_records(session, key, NOW))


def exported(callrouter: CommandLine, tmp_path: Path) -> tuple[str, str]:
    """The file, and the public key of the log."""
    file = str(tmp_path / "audit.jsonl")
    assert callrouter("audit", "export", "--to", file).exit_code == 0
    return file, callrouter.rows("disclosure", "head")[0]["key"]


def report(callrouter: CommandLine, *words: str) -> Any:
    done = callrouter("audit", "blindness", *words, "--format", "json")
    assert done.exit_code == 0, done.stdout
    return json.loads(done.stdout)


def test_our_database_and_its_export_give_the_same_report(
    callrouter: CommandLine, world: World, tmp_path: Path
) -> None:
    file, key = exported(callrouter, tmp_path)
    of_file = report(callrouter, file, "--key", key)
    assert of_file == report(callrouter)
    assert (of_file["holds"], of_file["charges"]["charged"]) == (True, 3)
    assert callrouter("audit", "blindness").stdout.splitlines()[-1] == "Everything holds."


def test_an_export_is_judged_without_database_settings_and_network(
    callrouter: CommandLine, world: World, tmp_path: Path
) -> None:
    file, key = exported(callrouter, tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [*COMMAND, "audit", "blindness", file, "--key", key],
        env={"PYTHONPATH": str(ROOT), "PATH": "", "DATABASE_URL": "postgresql://nobody@nowhere.invalid/none"},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Everything holds.\n")
    assert list(elsewhere.iterdir()) == []


def test_the_key_comes_from_elsewhere(callrouter: CommandLine, world: World, tmp_path: Path) -> None:
    file, key = exported(callrouter, tmp_path)
    assert callrouter("audit", "blindness", file).exit_code == 2
    other = callrouter("audit", "blindness", file, "--key", key.replace("+", "x+", 1))
    assert other.exit_code == 1
    assert "log: the head: " in other.stdout


def test_what_does_not_hold_is_named_and_the_exit_status_is_1(
    callrouter: CommandLine, world: World, tmp_path: Path
) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(PICKED_OTHERWISE)
    done = callrouter("audit", "blindness")
    assert done.exit_code == 1
    assert "pick: national 2: nobody was picked for " in done.stdout
    assert "log: the export: its records are not those that its head signed" in done.stdout


def test_a_schema_that_was_changed_by_hand_is_not_exported(callrouter: CommandLine, world: World) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE call ADD COLUMN insurance text")
    done = callrouter("audit", "blindness")
    assert done.exit_code == 1
    assert "the schema is not the one that the log states" in done.stderr


def test_any_other_file_is_refused(callrouter: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("{}\n")
    done = callrouter("audit", "blindness", str(other), "--key", "a+b+c")
    assert done.exit_code == 1
    assert "this is no export of an evidence log" in done.stderr


def test_judging_a_file_imports_no_door() -> None:
    """So that it starts where the package is all that there is."""
    code = "import sys, callrouter.cli.audit; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"flask", "celery", "webhooks", "console", "workers"} & set(loaded.stdout.split())
