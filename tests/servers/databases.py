"""Fresh migrated databases by the dozen: migrate once, then copy the template for each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex

from tests.servers.postgres_server import PostgresServer

Upgrade = Callable[[str], None]


@dataclass(frozen=True)
class Databases:
    """A source of databases as the migrations leave them."""

    server: PostgresServer
    template: str
    _dropped: list[str] = field(default_factory=list)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of one, the caller's own until the block ends.

        An earlier one may have had that URL, so that what was made for it can be used again (see tests/databases.py).
        """
        name = self._dropped.pop() if self._dropped else new_name()
        self.server.create_database(name, template=self.template)
        try:
            yield self.server.url(name)
        finally:
            self.server.drop_database(name)
        self._dropped.append(name)


@contextmanager
def migrated_databases(server: PostgresServer, upgrade: Upgrade) -> Iterator[Databases]:
    """Databases of that server, until the block ends."""
    template = new_name()
    server.create_database(template)
    try:
        upgrade(server.url(template))
        server.close_to_connections(template)
        yield Databases(server, template)
    finally:
        server.drop_database(template)


def new_name() -> str:
    """Its own also on a server that several test runs share."""
    return f"callrouter_test_{token_hex(6)}"
