"""A PostgreSQL of our own, the one that `make run` brings along, on a private unix socket and no port."""

import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from config.data_dir import POSTGRESQL_PORT
from server.embedded.account import account_for
from server.embedded.command import DURABLE, initdb, postgres
from server.embedded.programs import Programs, installed_programs
from tests.servers.postgres_server import PostgresServer
from tests.servers.process_group import ProcessGroup, process_group

USER = "postgres"
ALWAYS = {"max_connections": "200"}
# Quick, and without vacuum workers in the way of CREATE DATABASE. A crash of the machine may ruin the data.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "128MB",
}
# Temporary files on a disk, so that fsync costs what it costs.
ON_DISK = "/var/tmp"  # noqa: S108
# A new database is hundreds of files, and ext4 searches all inodes that were freed in the last minutes
# (`recently_deleted` in fs/ext4/ialloc.c): 20 ms grow to 400 ms where each test makes and drops one.
IN_MEMORY = "/dev/shm"  # noqa: S108
ROOM = 1 << 30


class EmbeddedPostgres(PostgresServer):
    """`pid`: the postmaster's process id. `directory`: where everything of it is, removed at the end."""

    def __init__(self, group: ProcessGroup, programs: Programs, settings: Mapping[str, str]) -> None:
        query = {"host": str(group.directory), "port": POSTGRESQL_PORT}
        super().__init__(URL.create("postgresql", USER, database="postgres", query=query))
        self.directory = group.directory
        self._group = group
        self._programs = programs
        self._settings = settings

    def initialise(self, durable: bool) -> None:
        self._group.run(initdb(self._programs, self._data, USER, durable=durable))

    def start(self) -> None:
        command = postgres(self._programs, self._data, self.directory, self._settings)
        self.pid = self._group.start(command, self._answers)

    def stop(self) -> None:
        """Ends every connection, and shuts down in order."""
        self._group.end(signal.SIGINT)

    def kill(self) -> None:
        """Ends it as a crash does: nothing is written any more, and the next start recovers from the log.

        PostgreSQL's immediate shutdown, because kill -9 leaves its children behind for a moment, and the
        next start refuses as long as they live.
        """
        self._group.end(signal.SIGQUIT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def owns(self, path: Path) -> None:
        """From now on the server may write there, and nobody else may."""
        path.chmod(0o700)
        if self._group.account:
            self._group.account.own(path)

    def _answers(self) -> bool:
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    @property
    def _data(self) -> Path:
        return self.directory / "data"


@contextmanager
def embedded_postgres(
    settings: Mapping[str, str] | None = None, durable: bool = False
) -> Iterator[EmbeddedPostgres]:
    """A new, empty server that ends with this process; with its own `stop`, `kill` and `restart`."""
    programs = installed_programs()
    chosen = {**ALWAYS, **(DURABLE if durable else QUICK), **(settings or {})}
    parent = ON_DISK if durable else _quick_parent()
    with process_group(account_for(programs, Path(parent or "/")), parent) as group:
        server = EmbeddedPostgres(group, programs, chosen)
        server.initialise(durable)
        server.start()
        yield server


def _quick_parent() -> str | None:
    """Memory, where there is room."""
    roomy = Path(IN_MEMORY).is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if roomy else None
