"""SQLAlchemy's statements on psycopg's pipeline: the webhooks' way into the database.

SQLAlchemy's own execution takes three times the CPU (docs/decisions/0040). So a statement is compiled once, and
psycopg executes its text. The pipeline waits for the server only when a result is read, and at the commit.
Source: https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from callrouter.database.session import Parameters, Result

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_COMPILED: dict[tuple[sa.Executable, tuple[str, ...]], tuple[str, dict[str, Any]]] = {}
"""(statement, names of its parameters): its text, and the values that stand in the statement itself"""


def execute(
    connection: psycopg.Connection[Any], statement: sa.Executable, parameters: Parameters | None = None
) -> Result:
    """Execute a statement that stands at the level of a module: what was compiled is kept for good."""
    names = tuple(parameters or ())
    compiled = _COMPILED.get((statement, names))
    if compiled is None:
        compiled = _COMPILED[statement, names] = _compile(statement, names)
    text, values = compiled
    cursor = psycopg.Cursor(connection, row_factory=namedtuple_row)
    cursor.execute(text, {**values, **(parameters or {})})
    _flush(connection.pgconn)
    return PipelineResult(cursor)


def _flush(pgconn: psycopg.pq.abc.PGconn) -> None:
    """Send what the socket did not take at once; psycopg would wait for the answer to what it has not sent."""
    while pgconn.flush():
        readable, _, _ = select.select([pgconn.socket], [pgconn.socket], [])
        if readable:
            pgconn.consume_input()


def _compile(statement: sa.Executable, names: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    if isinstance(statement, sa.Insert):
        statement = statement.inline()
    if not isinstance(statement, sa.ClauseElement):
        raise TypeError(f"only SQLAlchemy's own constructs can be executed, not {statement!r}")
    compiled: Any = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
    known = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    return str(compiled), known


class PipelineResult:
    """The rows of a statement, by the names of SQLAlchemy's `CursorResult`."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor
        self.all = cursor.fetchall
        self.first = cursor.fetchone

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor.fetchall())

    def one(self) -> Any:
        [row] = self._cursor.fetchall()
        return row

    def one_or_none(self) -> Any:
        rows: Sequence[Any] = self._cursor.fetchall()
        return rows[0] if rows else None

    def scalar(self) -> Any:
        row = self._cursor.fetchone()
        return row[0] if row else None

    def scalars(self) -> Iterator[Any]:
        return (row[0] for row in self._cursor.fetchall())
