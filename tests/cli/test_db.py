"""`callrouter db upgrade`: the schema, and the directory that a new database begins with."""

from pathlib import Path

import pytest

from callrouter.directory.dump import dump_directory
from tests.cli.running import SECRETS, CommandLine
from tests.directories import a_directory, helpline


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A directory file of one helpline."""
    file = tmp_path / "ours.yaml"
    file.write_text(dump_directory(a_directory(helpline("ash-home"))))
    return file


def test_a_fresh_machine_begins_with_the_sample(fresh: CommandLine) -> None:
    done = fresh("db", "upgrade")
    assert done.exit_code == 0
    assert "The schema is up to date." in done.stdout
    assert "The directory was empty; the sample was loaded" in done.stdout
    assert len(fresh.rows("explain", "+18445610606")) > 10


def test_doing_it_again_changes_nothing(fresh: CommandLine) -> None:
    fresh("db", "upgrade")
    again = fresh("db", "upgrade")
    assert (again.exit_code, again.stdout) == (
        0,
        "The schema is up to date.\nVersion 1 of the directory is in force.\n",
    )


def test_the_file_that_is_set_is_loaded_instead(fresh: CommandLine, written: Path) -> None:
    fresh.environment["CALLROUTER_DIRECTORY"] = str(written)
    assert f"{written} was loaded: 1 partners, 1 centers" in fresh("db", "upgrade").stdout


def test_a_directory_that_is_there_is_left_alone(fresh: CommandLine, written: Path) -> None:
    fresh("db", "upgrade")
    fresh.environment["CALLROUTER_DIRECTORY"] = str(written)
    assert "Version 1 of the directory is in force." in fresh("db", "upgrade").stdout
    assert "sunrise" in fresh("directory", "dump").stdout


def test_no_production_begins_with_the_sample(callrouter: CommandLine) -> None:
    done = callrouter("db", "upgrade")
    assert (done.exit_code, done.stdout.splitlines()[1]) == (
        0,
        "No directory is loaded yet: callrouter directory load FILE",
    )


def test_a_faulty_first_file_is_told_and_nothing_of_it_loaded(fresh: CommandLine, written: Path) -> None:
    written.write_text(written.read_text().replace("status: verified", "status: great"))
    fresh.environment["CALLROUTER_DIRECTORY"] = str(written)
    done = fresh("db", "upgrade")
    assert (done.exit_code, done.stdout) == (1, "The schema is up to date.\n")
    assert f"{written}:" in done.stderr
    assert "No directory is loaded" in _without_a_file(fresh)


def _without_a_file(fresh: CommandLine) -> str:
    """In a database that is not the embedded one, so that nothing is loaded by itself."""
    del fresh.environment["CALLROUTER_DIRECTORY"]
    fresh.environment |= {"DATABASE_URL": fresh.settings.database_url, **SECRETS}
    return fresh("db", "upgrade").stdout
