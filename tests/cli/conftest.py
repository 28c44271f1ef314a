"""The command line on a fresh home, and on a migrated database."""

from pathlib import Path

import pytest

from config.settings import Settings
from tests.cli.running import SECRETS, CommandLine
from tests.config.running import free_port


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of whoever runs the tests counts."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """On a machine where nothing has been done yet; what is embedded there is a database of the tests' server."""
    embedded = property(lambda settings: settings.database or empty_database_url)
    monkeypatch.setattr(Settings, "database_url", embedded)
    return CommandLine(tmp_path, PORT=str(free_port()))


@pytest.fixture
def callrouter(tmp_path: Path, database_url: str) -> CommandLine:
    """On a migrated database without a directory."""
    return CommandLine(tmp_path, DATABASE_URL=database_url, PORT=str(free_port()), **SECRETS)
