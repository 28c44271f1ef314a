"""PostgreSQL's data directory: created completely or not at all, served by one server at a time, of one major
version.
"""

import fcntl
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

from config.data_dir import POSTGRESQL_SOCKET
from server.embedded.programs import PostgresUnavailable

OF_ANOTHER_VERSION = "Set another CALLROUTER_HOME, or DATABASE_URL to a server that has these data"


class DataDirectory:
    """`path` has the data; `draft` is where they are created. Both belong to the server's account."""

    def __init__(self, place: Path, lock: Path) -> None:
        self.path = place / "data"
        self.draft = place / "data.new"
        self._lock = lock

    @property
    def is_made(self) -> bool:
        return self.path.exists()

    def check_version(self, major: str) -> None:
        """Raise PostgresUnavailable if the data are of another major version."""
        try:
            found = (self.path / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise PostgresUnavailable(f"{self.path} is no data directory ({error.strerror})") from error
        if found != major:
            why = f"{self.path} has data of PostgreSQL {found}, and the installed one is {major}"
            raise PostgresUnavailable(why, OF_ANOTHER_VERSION)

    def keep_draft(self) -> None:
        """Make the draft the data."""
        self.draft.rename(self.path)
        parent = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(parent)
        os.close(parent)

    def lock(self) -> int:
        """Return a descriptor that locks the data. Processes that inherit it keep the lock until they end.

        Raises BlockingIOError while processes of an earlier server live. A server that outlived its supervisor is
        asked to end.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            self._end_earlier_server()
            raise BlockingIOError(error.errno, "an earlier server has not ended yet") from None
        return descriptor

    def remove_leftovers(self, socket: Path) -> None:
        """Remove what a killed server left, and an unfinished draft. Call it while the data are locked.

        The stored process id may belong to another process by now, and PostgreSQL would not start.
        """
        for left in (
            self.path / "postmaster.pid",
            socket / POSTGRESQL_SOCKET,
            socket / f"{POSTGRESQL_SOCKET}.lock",
        ):
            left.unlink(missing_ok=True)
        if self.draft.exists():
            shutil.rmtree(self.draft)

    def _end_earlier_server(self) -> None:
        # Only the server works in its data directory.
        with suppress(OSError, ValueError):
            pid = int((self.path / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{pid}/cwd").samefile(self.path):
                os.kill(pid, signal.SIGQUIT)
