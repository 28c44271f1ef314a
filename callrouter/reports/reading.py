"""Reading: one moment of the database is seen whole, nothing is changed, and no writer waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
import sqlalchemy as sa

from callrouter.database import Row, Statement

BATCH = 500
"""rows that are in memory at a time"""


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as it is at its first question."""
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


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
        self.execute = connection.execute

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        # The statements number their values as PostgreSQL does, which only this cursor of the driver takes.
        driver: Any = self._connection.connection.driver_connection
        with psycopg.RawCursor[Row](driver) as cursor:
            return cursor.execute(statement.text.encode(), statement.in_order(values)).fetchall()

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        return [self.ask(statement, **values) for statement, values in questions]

    def tell(self, statement: Statement, **_: Any) -> NoReturn:
        raise NothingCanBeTold(statement.text)

    def tell_all(self, statement: Statement, _: list[dict[str, Any]]) -> NoReturn:
        raise NothingCanBeTold(statement.text)
