"""A real PostgreSQL for tests and benchmarks: the one of `TEST_DATABASE_URL`, else one of our own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.servers.embedded_postgres import embedded_postgres
from tests.servers.postgres_server import PostgresServer

__all__ = ["PostgresServer", "running_postgres"]


@contextmanager
def running_postgres(
    settings: Mapping[str, str] | None = None, durable: bool = False
) -> Iterator[PostgresServer]:
    """A server to create databases in.

    Who asks for settings or durability gets a server of its own, because we cannot set up somebody else's.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not settings and not durable:
        yield PostgresServer(given)
    else:
        with embedded_postgres(settings, durable) as server:
            yield server
