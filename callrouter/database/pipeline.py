"""SQLAlchemy's statements on psycopg's pipeline: the webhooks' way into the database.

SQLAlchemy's own execution takes three times the CPU (docs/decisions/0040). So a statement is compiled once, and
psycopg executes its text. The pipeline waits for the server only when a result is read, and at the commit.
Source: https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from callrouter.database.session import Parameters

# Numbered parameters, because psycopg would translate named ones, and keeps no translation of long statements.
_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_COMPILED: dict[tuple[sa.Executable, tuple[str, ...]], Compiled] = {}
"""by the statement and the names of its parameters"""


class Compiled(NamedTuple):
    """A statement, ready for psycopg."""

    text: bytes
    names: tuple[str, ...]
    """of all parameters, in their order"""
    values: Mapping[str, Any]
    """of the parameters that stand in the statement itself"""


@contextmanager
def pipelined(pool: sa.Engine) -> Iterator[PipelineSession]:
    """A transaction, which is committed at the end, or rolled back at an error."""
    pooled = pool.raw_connection()
    connection: Any = pooled.dbapi_connection
    try:
        with connection.pipeline():
            yield PipelineSession(connection)
            # It travels with what was written, and with the end of the pipeline.
            connection.execute("COMMIT")
    except BaseException:
        with suppress(psycopg.Error):
            connection.rollback()
        raise
    finally:
        pooled.close()


class PipelineSession:
    """A `Session` in a pipeline. Its statements stand at the level of modules: what was compiled is kept for good."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: sa.Executable, parameters: Parameters | None = None, /) -> PipelineResult:
        given = parameters or {}
        key = statement, tuple(given)
        compiled = _COMPILED.get(key)
        if compiled is None:
            compiled = _COMPILED[key] = _compile(*key)
        text, names, values = compiled
        cursor = psycopg.RawCursor(self._connection, row_factory=namedtuple_row)
        cursor.execute(text, [given[name] if name in given else values[name] for name in names])
        _flush(self._connection.pgconn)
        return PipelineResult(cursor)


def _compile(statement: sa.Executable, names: tuple[str, ...]) -> Compiled:
    if isinstance(statement, sa.Insert):
        statement = statement.inline()
    if not isinstance(statement, sa.ClauseElement):
        raise TypeError(f"only SQLAlchemy's own constructs can be executed, not {statement!r}")
    compiled: Any = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
    values = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    return Compiled(str(compiled).encode(), tuple(compiled.positiontup), values)


def _flush(pgconn: psycopg.pq.abc.PGconn) -> None:
    """Send what the socket did not take at once; psycopg would wait for the answer to what it has not sent."""
    while pgconn.flush():
        readable, _, _ = select.select([pgconn.socket], [pgconn.socket], [])
        if readable:
            pgconn.consume_input()


class PipelineResult:
    """The rows of a statement, by the names of SQLAlchemy's `CursorResult`."""

    def __init__(self, cursor: psycopg.RawCursor[Any]) -> None:
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
