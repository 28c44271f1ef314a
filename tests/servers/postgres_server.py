"""What tests ask of a PostgreSQL server, wherever it runs."""

from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url


class PostgresServer:
    """A server, named by the URL of a database in it whose user may create databases."""

    def __init__(self, home: str | URL) -> None:
        self._home = make_url(home).set(drivername="postgresql")
        self._administration: psycopg.Connection | None = None

    def url(self, database: str) -> str:
        """The database's URL as SQLAlchemy wants it."""
        url = self._home.set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def execute(
        self, statement: str | sql.Composed, parameters: tuple[object, ...] = (), database: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Runs one statement in a transaction of its own and returns its rows."""
        with psycopg.connect(self.conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def create_database(self, name: str, template: str | None = None) -> None:
        """An empty database, or a copy of one to which nobody is connected."""
        # Copied as files it takes half the time that it takes block by block, through the log.
        self._administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )

    def drop_database(self, name: str) -> None:
        """Ends the connections to it, and removes it; no fault when there is none."""
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close_to_connections(self, name: str) -> None:
        """Nobody may connect to it any more, so that a template stays as it is."""
        self.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))

    def _administer(self, statement: sql.Composed) -> None:
        """Runs it on a connection that is kept: to connect takes as long as to copy a small database."""
        try:
            self._administrator().execute(statement)
        except psycopg.OperationalError:
            # The server was started again since.
            self._administration = None
            self._administrator().execute(statement)

    def _administrator(self) -> psycopg.Connection:
        if self._administration is None:
            self._administration = psycopg.connect(self.conninfo(None), autocommit=True)
        return self._administration

    def conninfo(self, database: str | None) -> str:
        url = self._home.set(database=database) if database else self._home
        return url.render_as_string(hide_password=False)
