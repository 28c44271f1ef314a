"""Two tables for trying the call path on, with a value of each kind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Database, Instant, Row, Session, sql

_tables = sa.MetaData()
note = sa.Table(
    "note",
    _tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("words", sa.Text),
    sa.Column("content", sa.LargeBinary),
    sa.Column("at", Instant),
    sa.Column("done", sa.Boolean, nullable=False),
)
reply = sa.Table(
    "reply",
    _tables,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.BigInteger, sa.ForeignKey("note.id"), nullable=False),
    sa.Column("words", sa.Text),
)

WRITE = sql("INSERT INTO note (id, words, content, at, done) VALUES (:id, :words, :content, :at, :done)")
WRITE_ONCE = sql("INSERT INTO note (id, words, done) VALUES (:id, :words, false) ON CONFLICT (id) DO NOTHING")
CHANGE = sql("UPDATE note SET words = :words WHERE id = :id")
REPLY = sql("INSERT INTO reply (id, note, words) VALUES (:id, :note, :words)")
CHANGE_REPLY = sql("UPDATE reply SET words = :words WHERE note = :note")
NOTES = sql("SELECT id, words, content, at, done FROM note ORDER BY id")
REPLIES = sql("SELECT id, note, words FROM reply ORDER BY id")
WORDS = sql("SELECT words FROM note WHERE id = :id")


def make_tables(database: Database) -> None:
    _tables.create_all(database.engine)


def write(session: Session, number: int, words: str | None = None, **others: Any) -> None:
    session.tell(WRITE, **{"id": number, "words": words, "content": None, "at": None, "done": False} | others)


def notes(database: Database) -> list[Row]:
    return database.transact(lambda session: session.ask(NOTES))


def numbers(database: Database) -> list[int]:
    return [row[0] for row in notes(database)]


def row(number: int, words: str | None, at: datetime | None = None) -> dict[str, Any]:
    return {"id": number, "words": words, "content": None, "at": at, "done": False}


def rows(numbers: Iterable[int], words: str) -> list[dict[str, Any]]:
    return [row(number, words) for number in numbers]
