"""The embedded database: a PostgreSQL server with its data in the data directory, on a private socket."""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from config.data_dir import DATABASE, POSTGRESQL_PORT, make_private
from server.embedded import command
from server.embedded.account import OsAccount, account_for
from server.embedded.data_directory import DataDirectory
from server.embedded.programs import PostgresUnavailable, installed_programs
from server.embedded.socket_directories import make_postgres_directory

CONNECT_SECONDS = 2
SETTINGS = {**command.DURABLE, **command.SMALL, **command.DISCREET}


class EmbeddedDatabase:
    """Raises PostgresUnavailable if the platform has no wheel, no account can run it, or the data do not fit."""

    def __init__(self, data_dir: Path, connections: int) -> None:
        self._programs = installed_programs()
        self._account = account_for(self._programs, make_private(data_dir))
        place = data_dir / "postgresql"
        self._data = DataDirectory(place, data_dir / "postgresql.lock")
        self._listens_in = _made_for(self._account, place, data_dir)
        self._settings = {**SETTINGS, "max_connections": str(connections)}
        if self.is_made:
            self._data.check_version(self._programs.major_version())

    @property
    def is_made(self) -> bool:
        return self._data.is_made

    def keep_new_data(self) -> None:
        """Make what `initdb` created the data."""
        self._data.keep_draft()

    @property
    def initdb(self) -> str:
        """The command that creates the data. They count after `keep_new_data`."""
        return self._command(command.initdb(self._programs, self._data.draft, DATABASE))

    @property
    def postgres(self) -> str:
        """The command that serves the data."""
        return self._command(
            command.postgres(self._programs, self._data.path, self._listens_in, self._settings)
        )

    @contextmanager
    def locked(self) -> Iterator[Sequence[int]]:
        """The descriptors that the server must inherit. Raises BlockingIOError while an earlier one lives."""
        descriptor = self._data.lock()
        try:
            self._data.remove_leftovers(self._listens_in)
            yield [descriptor]
        finally:
            os.close(descriptor)

    def is_locked(self) -> str | None:
        """Whether an earlier server lives. It is asked to end."""
        try:
            os.close(self._data.lock())
        except BlockingIOError as error:
            return str(error.strerror)
        return None

    def missing(self) -> str | None:
        """Why the database cannot be used yet. None: it can. It is created when the server first answers."""
        try:
            with self._connected() as connection:
                _make_database(connection)
        except psycopg.Error as error:
            return str(error)
        return None

    def _command(self, words: list[str]) -> str:
        return shlex.join([*self._account.prefix, *words])

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self._listens_in),
            port=POSTGRESQL_PORT,
            user=DATABASE,
            dbname="postgres",
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
        )


def _made_for(account: OsAccount, place: Path, data_dir: Path) -> Path:
    """Create the directories of data and socket for an account. Returns the socket's."""
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        socket = make_postgres_directory(data_dir)
        account.own(place)
        account.own(socket)
    except OSError as error:
        raise PostgresUnavailable(f"its directories cannot be made ours: {error}") from error
    return socket


def _make_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
    if not found.rowcount:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
