"""The command line on a fresh home, and on a migrated database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import SECRETS, CommandLine
from tests.server.running import free_port
from tests.servers.embedded_home import served_home
from tests.servers.embedded_postgres import EmbeddedPostgres
from tests.servers.postgres import PostgresServer


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of whoever runs the tests counts."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def not_started(tmp_path: Path) -> CommandLine:
    """On a machine where nothing has been done yet, and nothing runs."""
    return CommandLine(tmp_path, PORT=str(free_port()))


@pytest.fixture
def fresh(not_started: CommandLine, postgres: PostgresServer) -> Iterator[CommandLine]:
    """The same where the embedded database runs, with nothing in it."""
    if not isinstance(postgres, EmbeddedPostgres):
        pytest.skip("THE EMBEDDED DATABASE IS NOT TESTED HERE: TEST_DATABASE_URL is another server")
    with served_home(not_started.place / "var", postgres):
        yield not_started


@pytest.fixture
def callrouter(tmp_path: Path, database_url: str) -> CommandLine:
    """On a migrated database without a directory."""
    return CommandLine(tmp_path, DATABASE_URL=database_url, PORT=str(free_port()), **SECRETS)
