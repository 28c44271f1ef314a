"""`callrouter directory diff` and `versions`: old and new values, and who made which version."""

from pathlib import Path

import pytest

from callrouter.cli.user import user
from callrouter.directory.directory import Directory, Seat
from callrouter.directory.directory_file.dump import dump_directory
from tests.cli.running import CommandLine
from tests.directories import a_directory, center, helpline

FIRST = a_directory(helpline("ash-home", "birch-home"))
HEAVIER = a_directory(helpline(Seat("ash-home", weight=100), "birch-home"))
LONGER = a_directory(center("ash-home", ring_seconds=30), helpline("ash-home", "birch-home"))
WEIGHT = "helplines national: seats ash-home weight 1 -> 100"
RINGING = "centers ash-home: ring_seconds 20 -> 30"


def write(place: Path, directory: Directory) -> str:
    file = place / "directory.yaml"
    file.write_text(dump_directory(directory))
    return str(file)


@pytest.fixture
def loaded(callrouter: CommandLine) -> CommandLine:
    assert callrouter("directory", "load", write(callrouter.place, FIRST)).exit_code == 0
    return callrouter


def test_a_file_is_compared_with_what_is_in_force(loaded: CommandLine) -> None:
    done = loaded("directory", "diff", write(loaded.place, HEAVIER))
    assert (done.exit_code, done.stdout) == (0, f"{WEIGHT}\n")
    assert done.stderr.splitlines() == [
        "This takes two persons:",
        "  helpline national: seat ash-home: weight 1 -> 100",
    ]
    assert loaded.directory().version == 1


def test_the_same_text_is_shown_at_the_load(loaded: CommandLine) -> None:
    file = write(loaded.place, LONGER)
    shown = loaded("directory", "diff", file)
    assert (shown.stdout, shown.stderr) == (f"{RINGING}\n", "")
    assert loaded("directory", "load", file).stdout.startswith(f"{RINGING}\n")
    again = loaded("directory", "load", file, "--format", "json")
    assert RINGING not in again.stdout + again.stderr
    assert loaded("directory", "diff", file).stderr == "Nothing differs.\n"


def test_rows_for_programs_have_the_values_as_they_are(loaded: CommandLine) -> None:
    assert loaded.rows("directory", "diff", write(loaded.place, HEAVIER)) == [
        {"section": "helplines", "key": "national", "field": "seats ash-home weight", "old": 1, "new": 100}
    ]
    lines = loaded("directory", "diff", write(loaded.place, HEAVIER), "--format", "csv").stdout.splitlines()
    assert lines == ["section,key,field,old,new", "helplines,national,seats ash-home weight,1,100"]


def test_two_stored_versions_are_compared(loaded: CommandLine) -> None:
    loaded("directory", "load", write(loaded.place, LONGER))
    assert loaded("directory", "diff", "--between", "1", "2").stdout == f"{RINGING}\n"
    assert loaded("directory", "diff", "--between", "2", "1").stdout.endswith("30 -> 20\n")
    assert len(loaded.rows("directory", "diff", "--between", "0", "2")) == 5
    assert "there is no version 3" in loaded("directory", "diff", "--between", "1", "3").stderr


@pytest.mark.parametrize(
    "words", [[], ["file", "--proposal", "1"], ["--between", "1", "2", "--proposal", "1"]]
)
def test_one_thing_is_asked_for(callrouter: CommandLine, words: list[str]) -> None:
    assert callrouter("directory", "diff", *words).exit_code == 2


def test_versions_tell_since_when_by_whom_and_what_they_changed(loaded: CommandLine) -> None:
    loaded("directory", "load", write(loaded.place, LONGER))
    [latest, first] = loaded.rows("directory", "versions")
    assert (latest["version"], latest["loaded_by"], latest["approved_by"]) == (2, user(), None)
    assert (latest["added"], latest["changed"], latest["removed"]) == ([], ["centers ash-home"], [])
    assert len(first["added"]) == 5
    assert loaded.rows("directory", "versions", "--last", "1") == [latest]


def test_before_the_first_load_there_is_no_version(callrouter: CommandLine) -> None:
    assert callrouter.rows("directory", "versions") == []
    assert len(callrouter.rows("directory", "diff", write(callrouter.place, FIRST))) == 5
