"""Fresh migrated databases by the dozen: migrate once, copy the template, and empty a copy after each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex

from tests.servers.emptied_database import EmptiedDatabase
from tests.servers.postgres_server import PostgresServer

Upgrade = Callable[[str], None]


@dataclass(frozen=True)
class Databases:
    """A source of databases as the migrations leave them."""

    server: PostgresServer
    template: str
    can_empty: bool = False
    _dropped: list[str] = field(default_factory=list)
    _emptied: dict[str, EmptiedDatabase] = field(default_factory=dict)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of one, the caller's own until the block ends.

        An earlier one may have had that URL, so that what was made for it can be used again (see tests/databases.py).
        """
        name, database = self._emptied.popitem() if self._emptied else self._made()
        try:
            yield self.server.url(name)
        finally:
            self._take_back(name, database)

    def close(self) -> None:
        """Drops those that nobody uses."""
        while self._emptied:
            self._drop(*self._emptied.popitem())

    def _made(self) -> tuple[str, EmptiedDatabase | None]:
        name = self._dropped.pop() if self._dropped else new_name()
        self.server.create_database(name, template=self.template)
        return name, EmptiedDatabase(self.server.conninfo(name)) if self.can_empty else None

    def _take_back(self, name: str, database: EmptiedDatabase | None) -> None:
        if database and database.empty():
            self._emptied[name] = database
        else:
            self._drop(name, database)

    def _drop(self, name: str, database: EmptiedDatabase | None) -> None:
        if database:
            database.close()
        self.server.drop_database(name)
        self._dropped.append(name)


@contextmanager
def migrated_databases(server: PostgresServer, upgrade: Upgrade) -> Iterator[Databases]:
    """Databases of that server, until the block ends."""
    template = new_name()
    server.create_database(template)
    # Only a superuser can delete rows that triggers of ours protect.
    can_empty = server.execute("SHOW is_superuser") == [("on",)]
    databases = Databases(server, template, can_empty)
    try:
        upgrade(server.url(template))
        server.close_to_connections(template)
        yield databases
    finally:
        databases.close()
        server.drop_database(template)


def new_name() -> str:
    """Its own also on a server that several test runs share."""
    return f"callrouter_test_{token_hex(6)}"
