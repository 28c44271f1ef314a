"""`callrouter directory`: load, check and dump, all or nothing."""

import json
from pathlib import Path

import pytest

from callrouter.directory.directory import Directory, Seat
from callrouter.directory.directory_file.dump import dump_directory
from tests.cli.running import CommandLine
from tests.directories import a_directory, center, helpline, listing

DIRECTORY = a_directory(
    center("ash-home", ring_seconds=20),
    listing("ash-page", "ash-home"),
    helpline("ash-home", Seat("birch-home"), max_wait_seconds=60),
)


def write(place: Path, directory: Directory = DIRECTORY) -> str:
    file = place / "directory.yaml"
    file.write_text(dump_directory(directory))
    return str(file)


def test_a_load_tells_what_it_changes(callrouter: CommandLine) -> None:
    rows = callrouter.rows("directory", "load", write(callrouter.place))
    assert rows[1] == {
        "section": "centers",
        "added": ["ash-home", "birch-home"],
        "changed": [],
        "removed": [],
    }
    changed = a_directory(
        center("ash-home", name="Ash"),
        center("birch-office"),
        helpline("ash-home", "birch-office"),
    )
    done = callrouter("directory", "load", write(callrouter.place, changed))
    assert "Version 2 is now in force" in done.stderr
    assert "centers    birch-office  ash-home  birch-home" in done.stdout


def test_loading_what_was_dumped_changes_nothing(callrouter: CommandLine) -> None:
    callrouter("directory", "load", write(callrouter.place))
    dumped = callrouter("directory", "dump").stdout
    done = callrouter("directory", "load", "-", given=dumped)
    assert done.exit_code == 0
    assert "Version 1 says the same, so nothing has changed" in done.stderr


def test_json_is_read_from_standard_input(callrouter: CommandLine) -> None:
    done = callrouter("directory", "load", "-", given=json.dumps({"partners": []}))
    assert (done.exit_code, done.stderr.split(":")[0]) == (0, "Version 1 is now in force")


def test_every_fault_is_told_on_a_line_of_its_own_and_nothing_is_loaded(callrouter: CommandLine) -> None:
    file = Path(write(callrouter.place))
    text = file.read_text()
    file.write_text(text.replace("status: verified", "status: great").replace("weight: 1", "weight: 0", 1))
    done = callrouter("directory", "load", str(file))
    assert (done.exit_code, done.stdout) == (1, "")
    told = done.stderr.splitlines()
    assert len(told) == text.count("status: verified") + 1
    assert all(line.startswith(f"{file}:") for line in told)
    assert callrouter.rows("directory", "load", write(callrouter.place))[0]["added"] == ["ash", "birch"]


def test_programs_are_told_every_fault_as_a_row(fresh: CommandLine) -> None:
    done = fresh("directory", "check", "-", "--format", "json", given="partners: 7\ncenters: 8\n")
    assert done.exit_code == 1
    assert [(row["line"], row["column"]) for row in json.loads(done.stdout)] == [(1, 11), (2, 10)]


def test_a_check_tells_how_many_attempts_fit_and_loads_nothing(callrouter: CommandLine) -> None:
    rows = callrouter.rows("directory", "check", write(callrouter.place))
    assert rows == [
        {
            "helpline": "national",
            "seats": 2,
            "max_wait_seconds": 60,
            "greeting_seconds": 30,
            "attempts_that_fit": 1,
            "longest_wait_seconds": 89,
        }
    ]
    assert callrouter("directory", "dump").stdout.startswith("partners: []\n")


def test_a_check_tells_who_may_wait_longer_than_max_wait_seconds(fresh: CommandLine) -> None:
    done = fresh("directory", "check", write(fresh.place))
    assert done.exit_code == 0
    assert "national: who hears the greeting in each language waits up to 89 s" in done.stderr
    assert "Raise it to 89" in done.stderr


def test_a_check_needs_no_database(not_started: CommandLine) -> None:
    assert not_started("directory", "check", write(not_started.place)).exit_code == 0
    assert not (not_started.place / "var").exists()


def test_a_check_tells_every_fault(fresh: CommandLine) -> None:
    done = fresh("directory", "check", "-", given="partners: 7\ncenters: 8\n")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda file: None, "cannot be read: No such file or directory"),
        (lambda file: file.mkdir(), "cannot be read: Is a directory"),
        (lambda file: file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00"), "UTF-8"),
    ],
)
def test_a_file_that_is_none_is_told(fresh: CommandLine, make, told: str) -> None:  # type: ignore[no-untyped-def]
    file = fresh.place / "directory.yaml"
    make(file)
    done = fresh("directory", "check", str(file))
    assert done.exit_code == 1
    assert str(file) in done.stderr
    assert told in done.stderr


def test_many_changes_are_counted(callrouter: CommandLine) -> None:
    many = a_directory(helpline(*(f"center-{number:02d}" for number in range(30))))
    done = callrouter("directory", "load", write(callrouter.place, many))
    assert "center-05 and 24 more" in done.stdout


def test_the_reason_of_a_load_is_kept(callrouter: CommandLine) -> None:
    callrouter("directory", "load", write(callrouter.place), "--reason", "the first partners")
    assert [row["reason"] for row in callrouter.rows("directory", "versions")] == ["the first partners"]


def test_repeat_days_for_which_nobody_is_recognized_are_refused(callrouter: CommandLine) -> None:
    file = write(callrouter.place)
    callrouter.environment["MATCH_RETENTION_MONTHS"] = "1"
    done = callrouter("directory", "load", file)
    assert (done.exit_code, callrouter.directory().version) == (1, 0)
    assert "a rate has repeat_days 30, and MATCH_RETENTION_MONTHS is 1" in done.stderr
    callrouter.environment["MATCH_RETENTION_MONTHS"] = "2"
    assert callrouter("directory", "load", file).exit_code == 0
