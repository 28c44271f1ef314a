"""Read-only connections: a report sees one snapshot of the database, and no writer waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

BATCH = 500
"""rows that are in memory at a time"""


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as of its first query."""
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def in_batches(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[sa.RowMapping]]:
    """The rows of a large query, some hundred at a time."""
    rows = connection.execute(query.execution_options(yield_per=BATCH)).mappings()
    for batch in rows.partitions():
        yield list(batch)
