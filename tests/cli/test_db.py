"""`callrouter db upgrade`: the schema, and the directory that a new database begins with."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from callrouter.directory.directory_file.dump import dump_directory
from tests.cli.running import CommandLine
from tests.directories import a_directory, helpline
from tests.owner import as_owner


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


def test_a_schema_is_stated_for_the_log_when_it_has_changed(callrouter: CommandLine) -> None:
    database = callrouter.database()
    for statements in (1, 1, 2):
        if statements == 2:
            with as_owner(database) as connection:
                connection.exec_driver_sql("CREATE TABLE other (insurance text)")
        callrouter("db", "upgrade")
        with database.engine.connect() as connection:
            stated = connection.execute(sa.text("SELECT document FROM schema_statement ORDER BY id")).all()
        assert len(stated) == statements
    assert ["insurance" in each.document for each in stated] == [False, True]
    database.close()


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
    own = fresh.settings
    keys = {"CALLROUTER_SECRET_KEY": own.secret_key, "CALLROUTER_VAULT_KEY": own.vault_key}
    fresh.environment |= {"DATABASE_URL": own.database_url, **keys}
    return fresh("db", "upgrade").stdout


def test_the_database_knows_its_vault_key_and_refuses_another(callrouter: CommandLine) -> None:
    assert callrouter("db", "upgrade").exit_code == 0
    callrouter.environment["CALLROUTER_VAULT_KEY"] = "B" * 43 + "="
    for words in (("db", "upgrade"), ("callers", "do-not-call", "+13105550188")):
        done = callrouter(*words)
        assert done.exit_code == 1
        assert "is not the key that this database was filled with" in done.stderr
    accepted = callrouter("db", "accept-vault-key", "--reason", "the old one burned")
    assert accepted.stdout.startswith("The database takes the vault key '")
    [again] = callrouter.rows("db", "accept-vault-key", "--reason", "the old one burned")
    assert f"the vault key {again['vault_key']!r} " in accepted.stdout
    assert callrouter("db", "upgrade").exit_code == 0


@pytest.mark.parametrize(
    "words", [("directory", "dump"), ("promises", "list"), ("drain",), ("export", "calls")]
)
def test_a_database_without_a_schema_says_so_in_one_sentence(fresh: CommandLine, words: tuple[str]) -> None:
    done = fresh(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "the database's schema is not up to date: run `callrouter db upgrade`\n"


def test_a_schema_of_another_release_is_told_whatever_is_asked(callrouter: CommandLine) -> None:
    database = callrouter.database()
    with as_owner(database) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    done = callrouter("directory", "dump")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is of another release (9999, and this one has " in done.stderr
    assert len(done.stderr.splitlines()) == 1
