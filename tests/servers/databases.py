"""Fresh migrated databases by the dozen: migrate once, then copy the template for each test."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Protocol

from tests.servers.postgres_server import PostgresServer

Upgrade = Callable[[str], None]


class FreshDatabases(Protocol):
    """A source of databases as the migrations leave them, each the caller's own until the block ends."""

    def fresh(self) -> AbstractContextManager[str]: ...


@dataclass(frozen=True)
class SqliteDatabases:
    template: Path

    @contextmanager
    def fresh(self) -> Iterator[str]:
        with TemporaryDirectory(dir=self.template.parent) as directory:
            yield sqlite_url_of(Path(shutil.copy(self.template, directory)))


@dataclass(frozen=True)
class PostgresDatabases:
    server: PostgresServer
    template: str

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = new_name()
        self.server.create_database(name, template=self.template)
        try:
            yield self.server.url(name)
        finally:
            self.server.drop_database(name)


def migrated_sqlite(directory: Path, upgrade: Upgrade) -> SqliteDatabases:
    template = directory / "callrouter.sqlite"
    upgrade(sqlite_url_of(template))
    with closing(sqlite3.connect(template)) as connection:
        # What still stands in the write-ahead log would not be copied.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return SqliteDatabases(template)


@contextmanager
def migrated_postgres(server: PostgresServer, upgrade: Upgrade) -> Iterator[PostgresDatabases]:
    template = new_name()
    server.create_database(template)
    try:
        upgrade(server.url(template))
        server.close_to_connections(template)
        yield PostgresDatabases(server, template)
    finally:
        server.drop_database(template)


def sqlite_url_of(file: Path) -> str:
    return f"sqlite:///{file}"


def new_name() -> str:
    """Its own also on a server that several test runs share."""
    return f"callrouter_test_{token_hex(6)}"
