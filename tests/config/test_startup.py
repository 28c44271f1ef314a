"""What a process says, and how it ends, where its settings or its database are not the ones to start with."""

import base64
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callrouter.database import Database
from callrouter.privacy.key_check import know_key
from callrouter.privacy.vault import Vault
from config.settings import RULES, read_settings
from config.startup import check_database_or_exit
from tests.owner import as_owner
from tests.server.processes import PROCESSES
from tests.server.running import ROOT, free_port

OLD, NEW = b"o" * 32, b"n" * 32

every_process = pytest.mark.parametrize("name", PROCESSES)


class Machine:
    """A home and a database, and processes that are started on them."""

    def __init__(self, place: Path, database_url: str) -> None:
        self.place = place
        self.environment = {
            "CALLROUTER_HOME": str(place / "var"),
            "CALLROUTER_SECRET_KEY": "s" * 32,
            "CALLROUTER_VAULT_KEY": f"a:{base64.b64encode(OLD).decode()}",
            "DATABASE_URL": database_url,
            "PORT": str(free_port()),
            "REDIS_URL": f"unix://{place / 'nobody.sock'}",
        }

    def starts(self, name: str) -> tuple[int, str]:
        """The status and the words of a process that ends by itself."""
        names = {rule.name for rule in RULES.values()}
        own = {name: value for name, value in os.environ.items() if name not in names}
        ended = subprocess.run(
            [sys.executable, *PROCESSES[name]],
            env=own | self.environment | {"PYTHONPATH": str(ROOT)},
            cwd=self.place,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return ended.returncode, ended.stderr

    def knows(self, **ring: bytes) -> None:
        database = Database(self.environment["DATABASE_URL"], connections=1)
        with closing(database), database.engine.begin() as connection:
            know_key(connection, Vault(ring), datetime.now(UTC))


@pytest.fixture
def machine(tmp_path: Path, database_url: str) -> Machine:
    return Machine(tmp_path, database_url)


@every_process
def test_a_wrong_setting_is_told_without_a_traceback(machine: Machine, name: str) -> None:
    machine.environment["PORT"] = "x"
    status, told = machine.starts(name)
    assert (status, told) == (2, "PORT is 'x'\n  expected: a port from 1 to 65535\n  example:  PORT=8000\n")


@every_process
def test_an_unmigrated_database_is_told_in_one_sentence(
    machine: Machine, name: str, empty_database_url: str
) -> None:
    machine.environment["DATABASE_URL"] = empty_database_url
    status, told = machine.starts(name)
    assert (status, told) == (1, "the database's schema is not up to date: run `callrouter db upgrade`\n")


@every_process
def test_another_vault_key_starts_nothing(machine: Machine, name: str) -> None:
    machine.knows(b=NEW)
    status, told = machine.starts(name)
    assert status == 1
    assert told.startswith("CALLROUTER_VAULT_KEY ('a' with fingerprint ")
    assert len(told.splitlines()) == 1


def fits(machine: Machine) -> None:
    check_database_or_exit(read_settings(machine.environment, machine.place / ".env"))


def test_a_first_start_makes_the_key_known(machine: Machine) -> None:
    fits(machine)
    machine.environment["CALLROUTER_VAULT_KEY"] = f"b:{base64.b64encode(NEW).decode()}"
    with pytest.raises(SystemExit):
        fits(machine)


def test_a_database_that_is_down_keeps_nobody_from_starting(
    machine: Machine,
) -> None:
    machine.environment["DATABASE_URL"] = f"postgresql://u:p@127.0.0.1:{free_port()}/callrouter"
    fits(machine)


def test_the_schema_of_a_later_release_keeps_nobody_from_starting(machine: Machine) -> None:
    database = Database(machine.environment["DATABASE_URL"], connections=1)
    with closing(database), as_owner(database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    fits(machine)
