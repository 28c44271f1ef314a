"""Reading: one moment of the database is seen whole, nothing is changed, and no writer waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
import sqlalchemy as sa

from callrouter.database import Row, Statement

BATCH = 500
"""rows that are in memory at a time"""

_OPTIONS: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "sqlite": {"only_reads": True},
}


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as it is at its first question."""
    with engine.connect() as connection:
        yield connection.execution_options(**_OPTIONS[engine.dialect.name])


def in_batches(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[sa.RowMapping]]:
    """The rows of a query of any size, some hundred at a time."""
    rows = connection.execute(query.execution_options(yield_per=BATCH)).mappings()
    for batch in rows.partitions():
        yield list(batch)


class NothingCanBeTold(Exception):
    """A step of the program wanted to change something while it was only reading."""


class ReadingSession:
    """The call path's session for those who only read: it asks in a reading connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._on_postgresql = connection.dialect.name == "postgresql"

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        if self._on_postgresql:
            return self._ask_postgresql(statement, statement.in_order(values))
        return [tuple(row) for row in self._connection.exec_driver_sql(statement.for_sqlite, values)]

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        return [self.ask(statement, **values) for statement, values in questions]

    def tell(self, statement: Statement, **_: Any) -> NoReturn:
        raise NothingCanBeTold(statement.for_sqlite)

    def tell_all(self, statement: Statement, _: list[dict[str, Any]]) -> NoReturn:
        raise NothingCanBeTold(statement.for_sqlite)

    def once_committed(self, _: Callable[[], None]) -> NoReturn:
        raise NothingCanBeTold("nothing is committed")

    def _ask_postgresql(self, statement: Statement, values: list[Any]) -> list[Row]:
        # The statements number their values as PostgreSQL does, which only this cursor of the driver takes.
        driver: Any = self._connection.connection.driver_connection
        with psycopg.RawCursor[Row](driver) as cursor:
            return cursor.execute(statement.for_postgresql.encode(), values).fetchall()
