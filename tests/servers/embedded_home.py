"""The embedded database of a home, empty, without the supervisor that serves it: on a server of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.data_dir import DATABASE, POSTGRESQL, POSTGRESQL_SOCKET, make_private, socket_path
from server.embedded.socket_directories import make_postgres_directory, remove_sockets
from tests.servers.embedded_postgres import EmbeddedPostgres

MAKE_USER = f"""
DO $$ BEGIN CREATE ROLE {DATABASE} SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$
"""


@contextmanager
def served_home(home: Path, server: EmbeddedPostgres) -> Iterator[None]:
    """The home's socket leads to that server, of which one home at a time has the database."""
    make_postgres_directory(make_private(home))
    server.execute(MAKE_USER)
    server.create_database(DATABASE)
    socket_path(home, POSTGRESQL).symlink_to(server.directory / POSTGRESQL_SOCKET)
    try:
        yield
    finally:
        server.drop_database(DATABASE)
        remove_sockets(home)
