"""Runs `callrouter` with settings of its own: in this process, or as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from callrouter.cli import main
from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.reports.reading import reading
from config.settings import RULES, Settings, read_settings
from tests.directories import put_in_force

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from callrouter.cli import main; main(prog_name='callrouter')"]
SECRETS = {"CALLROUTER_SECRET_KEY": "s" * 32, "CALLROUTER_VAULT_KEY": "A" * 43 + "="}
PATIENCE = 60


class CommandLine:
    """`callrouter` in one environment."""

    def __init__(self, place: Path, **environment: str) -> None:
        self.place = place
        self.environment = {"CALLROUTER_HOME": str(place / "var"), **environment}

    def __call__(self, *words: str, given: str | bytes | None = None) -> Result:
        """What came of a command, run in this process."""
        unset = dict.fromkeys(RULES_BY_NAME, None)
        return CliRunner().invoke(main, words, input=given, env=unset | self.environment)

    def rows(self, *words: str) -> Any:
        """What a command printed as JSON; it has ended well."""
        done = self(*words, "--format", "json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """What an export printed, a line each."""
        done = self(*words)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    def starts(self, *words: str, **how: Any) -> subprocess.Popen[bytes]:
        """A command as a process of its own."""
        own = {name: value for name, value in os.environ.items() if name not in RULES_BY_NAME}
        environment = own | self.environment | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen([*COMMAND, *words], env=environment, cwd=self.place, **how)

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment, self.place / ".env")

    def database(self) -> Database:
        return Database(self.settings.database_url, connections=2)

    def directory(self) -> Directory:
        """The one in force."""
        database = self.database()
        with reading(database.engine) as connection:
            in_force = DirectoryCache().in_force(connection)
        database.close()
        return in_force

    def loads(self, directory: Directory, now: datetime | None = None) -> None:
        """Puts a directory in force, without a file."""
        database = self.database()
        put_in_force(database, directory, now or datetime.now(UTC))
        database.close()


RULES_BY_NAME: Mapping[str, Any] = {rule.name: rule for rule in RULES.values()}
