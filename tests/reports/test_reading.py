"""Reading changes nothing, and sees one moment."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from callrouter.database import Database, sql
from callrouter.events.heartbeat import beat, last_beat
from callrouter.events.model import heartbeat
from callrouter.reports.reading import NothingCanBeTold, ReadingSession, reading

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_AFTER = sql("SELECT beat_at FROM heartbeat WHERE beat_at >= :moment AND one = :one")


def test_the_questions_of_the_call_path_can_be_asked(database: Database) -> None:
    database.transact(lambda session: beat(session, NOON))
    with reading(database.engine) as connection:
        session = ReadingSession(connection)
        assert last_beat(session) == NOON
        assert session.ask_all(
            (_AFTER, {"moment": NOON, "one": 1}), (_AFTER, {"moment": NOON, "one": 2})
        ) == [
            [(NOON,)],
            [],
        ]


def test_nothing_can_be_told(database: Database) -> None:
    with reading(database.engine) as connection, pytest.raises(NothingCanBeTold):
        beat(ReadingSession(connection), NOON)


def test_what_is_stored_meanwhile_is_not_seen(database: Database) -> None:
    with reading(database.engine) as connection:
        before = connection.execute(sa.select(heartbeat.c.beat_at)).scalar_one()
        database.transact(lambda session: beat(session, NOON))
        assert connection.execute(sa.select(heartbeat.c.beat_at)).scalar_one() == before
        assert last_beat(ReadingSession(connection)) == before
    with reading(database.engine) as connection:
        assert last_beat(ReadingSession(connection)) == NOON


def test_a_connection_that_has_read_can_write_again(database: Database) -> None:
    with reading(database.engine) as connection:
        connection.execute(sa.select(sa.literal(1)))
    with database.engine.begin() as connection:
        connection.execute(sa.update(heartbeat).values(beat_at=NOON))
    assert database.transact(last_beat) == NOON
