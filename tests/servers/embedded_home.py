"""The embedded database of a home, empty, without the supervisor that serves it: on a server of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.home import make_private
from config.postgresql.command import SOCKET
from config.sockets import DATABASE, POSTGRESQL, make_postgres_place, remove_socket_places, socket_path
from tests.servers.embedded_postgres import EmbeddedPostgres

MAKE_USER = f"""
DO $$ BEGIN CREATE ROLE {DATABASE} SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$
"""


@contextmanager
def served_home(home: Path, server: EmbeddedPostgres) -> Iterator[None]:
    """The home's socket leads to that server, of which one home at a time has the database."""
    make_postgres_place(make_private(home))
    server.execute(MAKE_USER)
    server.create_database(DATABASE)
    socket_path(home, POSTGRESQL).symlink_to(server.directory / SOCKET)
    try:
        yield
    finally:
        server.drop_database(DATABASE)
        remove_socket_places(home)
