"""Reading changes nothing, and sees one moment."""

import tracemalloc
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.events.heartbeat import last_beat, mark_seen
from callrouter.events.model import Heartbeat
from callrouter.reports.reading import BATCH, in_batches, reading

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CURSORS = sa.text("SELECT statement FROM pg_cursors")


def test_what_the_domain_asks_can_be_asked(database: Database) -> None:
    database.transact(lambda session: mark_seen(session, NOON, "worker"))
    with reading(database.engine) as connection:
        assert last_beat(connection) == NOON


def test_nothing_can_be_written(database: Database) -> None:
    refused = pytest.raises(sa.exc.InternalError, match="read-only")
    with reading(database.engine) as connection, refused:
        mark_seen(connection, NOON, "worker")


def test_what_is_stored_meanwhile_is_not_seen(database: Database) -> None:
    with reading(database.engine) as connection:
        before = connection.execute(sa.select(Heartbeat.worker_at)).scalar_one()
        database.transact(lambda session: mark_seen(session, NOON, "worker"))
        assert connection.execute(sa.select(Heartbeat.worker_at)).scalar_one() == before
        assert last_beat(connection) == before
    with reading(database.engine) as connection:
        assert last_beat(connection) == NOON


def test_a_connection_that_has_read_can_write_again(database: Database) -> None:
    with reading(database.engine) as connection:
        connection.execute(sa.select(sa.literal(1)))
    with database.engine.begin() as connection:
        connection.execute(sa.update(Heartbeat).values(worker_at=NOON))
    assert database.transact(last_beat) == NOON


def numbers(many: int) -> sa.Select[Any]:
    """So many rows, of some hundred letters each."""
    counted = sa.select(sa.literal(1).label("number")).cte("counted", recursive=True)
    more = sa.select(counted.c.number + 1).where(counted.c.number < many)
    counted = counted.union_all(more)
    return sa.select(counted.c.number, sa.literal("x" * 300).label("letters"))


def most_memory(database: Database, many: int) -> int:
    """Bytes that Python holds at a time while it reads so many rows."""
    with reading(database.engine) as connection:
        tracemalloc.start()
        assert sum(len(batch) for batch in in_batches(connection, numbers(many))) == many
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


def test_twenty_times_as_many_rows_take_no_more_memory(database: Database) -> None:
    most_memory(database, 10)
    assert most_memory(database, 40_000) < 1.2 * most_memory(database, 2_000)


def test_postgresql_keeps_the_rows_until_they_are_fetched(database_url: str) -> None:
    """What the driver fetches whole would be in its own memory, which Python does not know of."""
    with closing(Database(database_url)) as database, reading(database.engine) as connection:
        batches = in_batches(connection, numbers(40_000))
        assert len(next(batches)) == BATCH
        [(statement,)] = connection.execute(CURSORS).all()
        assert "counted" in statement
        assert sum(map(len, batches)) == 40_000 - BATCH
