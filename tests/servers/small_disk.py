"""A disk of its own with little room, to see what becomes of a server when it is full."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.servers.databases import PostgresDatabases, SqliteDatabases, new_name, sqlite_url_of
from tests.servers.embedded_postgres import EmbeddedPostgres

CHUNK = bytes(64 * 1024)


class SmallDisk:
    """`path`: where it is mounted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filling = path / "filling"

    def fill(self) -> None:
        """Leave no room; again for what has been given back since."""
        with self._filling.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(CHUNK)
            except OSError as error:
                assert error.errno == errno.ENOSPC

    def has_room(self) -> None:
        """What filled it is gone."""
        self._filling.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mounted in memory, until the block ends. Skips where this user may not mount."""
    # Servers that run as somebody else must reach what is theirs on it.
    place, options = mkdtemp(prefix="callrouter-disk-"), f"size={megabytes}m,mode=0711"
    Path(place).chmod(0o711)
    mount = ["mount", "-t", "tmpfs", "-o", options, "callrouter", place]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"A FULL DISK IS NOT TESTED HERE: {mounted.stderr.strip()}")
        try:
            yield SmallDisk(Path(place))
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)
    finally:
        Path(place).rmdir()


def sqlite_on(disk: SmallDisk, databases: SqliteDatabases) -> str:
    """The URL of a fresh database on that disk."""
    copy = disk.path / "callrouter.sqlite"
    copy.write_bytes(databases.template.read_bytes())
    return sqlite_url_of(copy)


@contextmanager
def postgres_on(disk: SmallDisk, databases: PostgresDatabases) -> Iterator[str]:
    """The URL of a fresh database whose tables are on that disk; the server's log of changes is elsewhere."""
    server, name, place = databases.server, new_name(), disk.path / "tablespace"
    if not isinstance(server, EmbeddedPostgres):
        pytest.skip("A FULL DISK IS NOT TESTED HERE: the disks of TEST_DATABASE_URL are not ours")
    place.mkdir()
    server.owns(place)
    server.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'")
    server.execute(f"CREATE DATABASE {name} TEMPLATE {databases.template} TABLESPACE {name}")
    try:
        yield server.url(name)
    finally:
        server.drop_database(name)
        server.execute(f"DROP TABLESPACE {name}")
