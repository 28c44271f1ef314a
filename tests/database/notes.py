"""Two tables for trying transactions on, with a value of each kind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from callrouter.database import Database, Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.database.columns import Base
from callrouter.database.roles import role_of
from tests.owner import as_owner


class Tables(DeclarativeBase):
    """Tables of these tests alone."""

    type_annotation_map = Base.type_annotation_map


class Note(Tables):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    words: Mapped[str | None]
    content: Mapped[bytes | None]
    at: Mapped[datetime | None]
    done: Mapped[bool]


class Reply(Tables):
    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("note.id"))
    words: Mapped[str | None]


COLUMNS = ("id", "words", "content", "at", "done")
OF_NOTE = Note.id == sa.bindparam("note_id")
WRITE = sa.insert(Note)
WRITE_ALL = insert_rows(Note, COLUMNS)  # type: ignore[arg-type]  # a base class of its own
WRITE_ONCE = insert(Note).on_conflict_do_nothing(index_elements=["id"])
CHANGE = sa.update(Note).where(OF_NOTE)
FINISH = sa.update(Note).where(OF_NOTE, ~Note.done).values(done=True).returning(Note.id)
REPLY = sa.insert(Reply)
CHANGE_REPLY = sa.update(Reply).where(Reply.note == sa.bindparam("to"))
NOTES = sa.select(Note.__table__).order_by(Note.id)
REPLIES = sa.select(Reply.__table__).order_by(Reply.id)
WORDS = sa.select(Note.words).where(OF_NOTE)
LOCKED = WORDS.with_for_update()
AMONG = (
    sa.select(Note.id)
    .where(Note.words == sa.any_(sa.bindparam("words", type_=ARRAY(sa.Text))))
    .order_by(Note.id)
)
AMONG_NUMBERS = (
    sa.select(Note.id)
    .where(Note.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))))
    .order_by(Note.id)
)
UNTIL = sa.select(Note.id).where(Note.at <= sa.bindparam("moment"))
TOTAL = sa.select(sa.func.count(), sa.func.min(sa.func.length(Note.words))).select_from(Note)


def make_tables(database: Database) -> None:
    """Make them, for the application to do all with them."""
    with as_owner(database) as connection:
        Tables.metadata.create_all(connection)
        connection.exec_driver_sql(f'GRANT ALL ON note, reply TO "{role_of(database.engine.url)}"')


def write(session: Session, number: int, words: str | None = None, **others: Any) -> None:
    session.execute(WRITE, row(number, words) | others)


def write_all(session: Session, many: list[dict[str, Any]]) -> None:
    session.execute(WRITE_ALL, arrays(COLUMNS, many))


def notes(database: Database) -> list[tuple[Any, ...]]:
    return database.transact(lambda session: [tuple(note) for note in session.execute(NOTES)])


def words_of(database: Database, number: int) -> str | None:
    words: str | None = database.transact(
        lambda session: session.execute(WORDS, {"note_id": number}).scalar()
    )
    return words


def numbers(database: Database) -> list[int]:
    return [note[0] for note in notes(database)]


def row(number: int, words: str | None, at: datetime | None = None) -> dict[str, Any]:
    return {"id": number, "words": words, "content": None, "at": at, "done": False}


def rows(numbers: Iterable[int], words: str) -> list[dict[str, Any]]:
    return [row(number, words) for number in numbers]
