"""`callrouter export`: files and streams of every kind."""

import csv
import io
import json
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from tests.cli.running import PATIENCE, CommandLine
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

FULL = "/dev/full"


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Three calls of three callers, each taken by the first center."""
    world = World(callrouter.settings.database_url)
    for number in range(3):
        world.caller(f"+1310555018{number}").dials(NATIONAL)
        world.center("sunrise-la").accepts()
        world.passes(hours=1)
    world.settles()
    yield world
    world.closes()


def test_lines_of_json_are_the_default(callrouter: CommandLine, world: World) -> None:
    calls = callrouter.lines("export", "calls")
    assert [call["outcome"] for call in calls] == ["answered"] * 3
    assert [call["sid"] for call in calls] == [call.sid for call in world.calls]


def test_a_period_can_be_told(callrouter: CommandLine, world: World) -> None:
    assert len(callrouter.lines("export", "calls", "--since", "2026-03-04T19:00:00Z")) == 2
    assert len(callrouter.lines("export", "calls", "--until", "2026-03-04T19:00:00Z")) == 1
    assert callrouter.lines("export", "disclosures", "--since", "2026-03-05") == []


def test_csv_has_a_head_and_a_line_for_each(callrouter: CommandLine, world: World) -> None:
    done = callrouter("export", "calls", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["dialled"] for row in rows] == [f"'{NATIONAL}"] * 3
    assert json.loads(rows[0]["legs"])[0]["center"] == "sunrise-la"


def test_a_workbook_is_written_into_a_file(callrouter: CommandLine, world: World, tmp_path: Path) -> None:
    file = tmp_path / "charges.xlsx"
    done = callrouter("export", "charges", "--format", "xlsx", "--output", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    assert b"35.00" in ZipFile(file).read("xl/worksheets/sheet1.xml")


def test_a_workbook_goes_into_a_pipe(callrouter: CommandLine, world: World) -> None:
    with callrouter.starts("export", "promises", "--format", "xlsx", stdout=subprocess.PIPE) as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert is_zipfile(io.BytesIO(output))


def test_a_workbook_is_not_for_a_terminal(on_sqlite: CommandLine) -> None:
    ours, theirs = pty.openpty()
    how = {"stdout": theirs, "stderr": subprocess.PIPE}
    with on_sqlite.starts("export", "calls", "--format", "xlsx", **how) as process:
        _, told = process.communicate(timeout=PATIENCE)
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 2
    assert b"name a file with --output FILE" in told


def test_whoever_stops_reading_hears_nothing_more(callrouter: CommandLine, world: World) -> None:
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with callrouter.starts("export", "disclosures", **how) as process:
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert process.stderr.read() == b""


def test_a_file_is_written_whole_or_not_at_all(fresh: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text("what was there before")
    assert fresh("export", "calls", "--output", str(file)).exit_code == 1
    assert file.read_text() == "what was there before"
    assert [each.name for each in tmp_path.glob("*calls*")] == ["calls.jsonl"]


def test_a_file_is_put_in_place_when_it_is_complete(
    callrouter: CommandLine, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text("what was there before")
    assert callrouter("export", "calls", "--output", str(file)).exit_code == 0
    assert len(file.read_text().splitlines()) == 3


def test_a_place_where_nothing_can_be_written_is_told(on_sqlite: CommandLine, tmp_path: Path) -> None:
    done = on_sqlite("export", "calls", "--output", str(tmp_path / "nowhere" / "calls.jsonl"))
    assert done.exit_code == 1
    assert done.stderr.endswith("calls.jsonl cannot be written: No such file or directory\n")


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_a_file_that_is_full_is_told(callrouter: CommandLine, world: World, form: str) -> None:
    done = callrouter("export", "calls", "--format", form, "--output", FULL)
    assert (done.exit_code, done.stderr) == (1, f"{FULL} cannot be written: No space left on device\n")


@pytest.mark.parametrize("words", [("export", "calls"), ("directory", "dump"), ("billing", "balance")])
def test_standard_output_that_is_full_is_told(
    callrouter: CommandLine, world: World, words: tuple[str, ...]
) -> None:
    with open(FULL, "wb") as full:
        process = callrouter.starts(*words, stdout=full, stderr=subprocess.PIPE)
        _, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, told.count(b"\n")) == (1, 1)
    assert b"cannot be written: No space left on device" in told


@pytest.mark.parametrize(
    "words",
    [
        ("everything",),
        ("calls", "--since", "yesterday"),
        ("calls", "--since", "2026-03-05", "--until", "2026-03-04"),
        ("calls", "--format", "pdf"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(on_sqlite: CommandLine, words: tuple[str, ...]) -> None:
    done = on_sqlite("export", *words)
    assert (done.exit_code, done.stdout) == (2, "")
