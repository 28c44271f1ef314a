"""The command line on a fresh home, and on a migrated database of each kind."""

from pathlib import Path

import pytest

from tests.cli.running import SECRETS, CommandLine
from tests.config.running import free_port


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of whoever runs the tests counts."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> CommandLine:
    """On a machine where nothing has been done yet."""
    return CommandLine(tmp_path, PORT=str(free_port()))


@pytest.fixture
def callrouter(tmp_path: Path, database_url: str) -> CommandLine:
    """On a migrated database without a directory."""
    return CommandLine(tmp_path, DATABASE_URL=database_url, PORT=str(free_port()), **SECRETS)


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_url: str) -> CommandLine:
    """The same where the kind of database does not matter."""
    return CommandLine(tmp_path, DATABASE_URL=sqlite_url, PORT=str(free_port()), **SECRETS)
