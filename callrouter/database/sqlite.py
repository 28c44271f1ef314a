"""SQLite, the embedded database of a fresh machine: write-ahead log, and writers that queue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from callrouter.database.columns import as_text
from callrouter.database.session import AlreadyThere, Overtaken, Row
from callrouter.database.statement import Statement

SECONDS_TO_QUEUE = 4
"""The carrier waits 15 seconds for an answer; last words are better than none."""

sqlite3.register_adapter(datetime, as_text)
sqlite3.register_adapter(list, json.dumps)
sqlite3.register_converter("INSTANT", lambda text: datetime.fromisoformat(text.decode()))


class SQLiteSession:
    """A transaction on SQLite: `BEGIN IMMEDIATE`, so that writers queue instead of failing half-way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._afterwards: list[Callable[[], None]] = []
        connection.execute("BEGIN IMMEDIATE")

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        return self._connection.execute(statement.for_sqlite, values).fetchall()

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        return [self.ask(statement, **values) for statement, values in questions]

    def tell(self, statement: Statement, **values: Any) -> None:
        self._connection.execute(statement.for_sqlite, values)

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        self._connection.executemany(statement.for_sqlite, rows)

    def once_committed(self, deed: Callable[[], None]) -> None:
        self._afterwards.append(deed)

    def commit(self) -> None:
        self._connection.execute("COMMIT")
        for deed in self._afterwards:
            deed()

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def sqlite_engine(url: sa.URL, connections: int) -> sa.Engine:
    """The engine of a database file; its directory is there."""
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        hide_parameters=True,
        connect_args={"timeout": SECONDS_TO_QUEUE, "detect_types": sqlite3.PARSE_DECLTYPES},
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def sqlite_error(error: sqlite3.Error) -> Exception:
    """The error in the words of the call path."""
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        return AlreadyThere(str(error))
    if isinstance(error, sqlite3.IntegrityError) and str(error).endswith("directory_version"):
        return Overtaken(str(error))
    return error


def _prepare(connection: DBAPIConnection, _: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # A row that INSERT OR REPLACE deletes is one that triggers of deletions hear of.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """SQLite's deferred transactions fail when they turn into writers; readers and writers begin as such."""
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
