"""The two databases (PostgreSQL, and SQLite on a fresh machine) and how a transaction is run on them.

There are two ways in. SQLAlchemy's engine is for the directory, reports and everything that nobody waits for on
a telephone. The *call path* uses `Session`: hand-written SQL in the words that both databases share, sent in as
few round trips as possible, because each costs more than all of our own code (docs/decisions/0002).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles

Row = tuple[Any, ...]
T = TypeVar("T")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True


@compiles(_InstantOnSQLite)
def _declared_type(*_: Any, **__: Any) -> str:
    return "INSTANT"


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` on PostgreSQL, RFC 3339 text of fixed width on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(
            _InstantOnSQLite() if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        )

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        return as_text(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def as_text(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that the order of the texts is the order of the moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


sqlite3.register_adapter(datetime, as_text)
sqlite3.register_adapter(list, json.dumps)
sqlite3.register_converter("INSTANT", lambda text: datetime.fromisoformat(text.decode()))


@dataclass(frozen=True)
class Statement:
    """One SQL text with `:named` values, in the form that each driver wants."""

    for_postgresql: str
    for_sqlite: str


def sql(text: str) -> Statement:
    """A statement of the call path.

    `FOR UPDATE` is left out on SQLite, whose writers queue for the whole file. `AMONG(column, :values)` is whether
    the column is one of a list, which the databases say differently.
    """
    lean = " ".join(text.split())
    on_postgresql = _AMONG.sub(r"\1 = ANY(:\2)", lean)
    on_sqlite = _AMONG.sub(r"\1 IN (SELECT value FROM json_each(:\2))", lean)
    return Statement(
        for_postgresql=re.sub(r"(?<!:):(\w+)", r"%(\1)s", on_postgresql.replace("%", "%%")),
        for_sqlite=re.sub(r" FOR UPDATE( OF \w+(, \w+)*)?", "", on_sqlite),
    )


_AMONG = re.compile(r"AMONG\(([\w.]+), :(\w+)\)")


class Session(Protocol):
    """One transaction on the call path: questions are asked at once, changes are told at the next occasion."""

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        """The rows of a query, or of a change with RETURNING."""

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        """The rows of several queries, in one round trip where the database allows it."""

    def tell(self, statement: Statement, **values: Any) -> None:
        """A change whose result nobody needs; it is sent with the next question or with the commit."""

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """The same change for many rows."""

    def once_committed(self, deed: Callable[[], None]) -> None:
        """Do this after the commit, and not at all where the transaction fails (what a process may remember)."""


class AlreadyThere(Exception):
    """A unique constraint said that this has been written before: the repetition changes nothing."""


class Disturbed(Exception):
    """The transaction did not happen (deadlock, lost connection) and may be run again as it was."""


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


class PostgreSQLSession:
    """A transaction on PostgreSQL that travels in as few round trips as it can.

    `release_early` commits without waiting for the disk and then waits for it before it returns. The write-ahead
    log is sequential, so what was committed is durable by then, but the row locks (one helpline's rotation) are
    free while the disk works.
    """

    _RELEASE_EARLY = "SET LOCAL synchronous_commit TO OFF"
    _WAIT_FOR_THE_DISK = "SELECT pg_logical_emit_message(true, 'callrouter', '')"

    def __init__(self, connection: psycopg.Connection[Row], *, release_early: bool) -> None:
        self._connection = connection
        self._release_early = release_early
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._afterwards: list[Callable[[], None]] = []
        self._begun = False

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        return self.ask_all((statement, values))[0]

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        with self._connection.pipeline():
            self._begin()
            self._send_what_waits()
            cursors = [self._connection.execute(s.for_postgresql, values) for s, values in questions]
            return [cursor.fetchall() for cursor in cursors]

    def tell(self, statement: Statement, **values: Any) -> None:
        self._waiting.append((statement.for_postgresql, values))

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        self._waiting.extend((statement.for_postgresql, row) for row in rows)

    def once_committed(self, deed: Callable[[], None]) -> None:
        self._afterwards.append(deed)

    def commit(self) -> None:
        self._send_to_the_end()
        for deed in self._afterwards:
            deed()

    def _send_to_the_end(self) -> None:
        with self._connection.pipeline():
            if len(self._waiting) > 1:
                self._begin()
            self._send_what_waits()
            if self._begun:
                self._connection.execute("COMMIT")
                self._begun = False
                if self._release_early:
                    self._connection.execute(self._WAIT_FOR_THE_DISK)

    def rollback(self) -> None:
        self._waiting.clear()
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._connection.execute("ROLLBACK")

    def _begin(self) -> None:
        if not self._begun:
            self._connection.execute("BEGIN")
            if self._release_early:
                self._connection.execute(self._RELEASE_EARLY)
            self._begun = True

    def _send_what_waits(self) -> None:
        for text, values in self._waiting:
            self._connection.execute(text, values)
        self._waiting.clear()


class Database:
    """Where everything is stored. One a process; `engine` for SQLAlchemy, `transact` for the call path."""

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.engine = _engine(url, connections)
        self._call_path = _call_path_engine(url, connections) if self.is_postgresql else self.engine

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def transact(self, deed: Callable[[Session], T], *, release_early: bool = False) -> T:
        """Run a deed of the call path in one transaction and return what it returns.

        The deed is run once more when the transaction was disturbed. Raises AlreadyThere on a repetition.
        """
        try:
            return self._once(deed, release_early)
        except Disturbed:
            return self._once(deed, release_early)

    def _once(self, deed: Callable[[Session], T], release_early: bool) -> T:
        with self._session(release_early) as session:
            return deed(session)

    @contextmanager
    def _session(self, release_early: bool) -> Iterator[Session]:
        pooled = self._call_path.raw_connection()
        try:
            session = self._begin(pooled.dbapi_connection, release_early)
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
        except (psycopg.Error, sqlite3.Error) as error:
            if _is_lost(error):
                pooled.invalidate()
            raise _named(error) from error
        finally:
            pooled.close()

    def _begin(self, connection: Any, release_early: bool) -> SQLiteSession | PostgreSQLSession:
        if self.is_postgresql:
            return PostgreSQLSession(connection, release_early=release_early)
        return SQLiteSession(connection)

    def close(self) -> None:
        self.engine.dispose()
        self._call_path.dispose()


def _is_lost(error: Exception) -> bool:
    return isinstance(error, psycopg.OperationalError) and getattr(error, "sqlstate", None) is None


def _named(error: Exception) -> Exception:
    if isinstance(error, psycopg.errors.UniqueViolation):
        return AlreadyThere(str(error))
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        return AlreadyThere(str(error))
    if isinstance(error, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure) or _is_lost(error):
        return Disturbed(str(error))
    return error


def _engine(url: str, connections: int) -> sa.Engine:
    if sa.make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, connections)
    return _postgresql_engine(url, connections)


def _postgresql_engine(url: str, connections: int, *, autocommit: bool = False) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_recycle=1800,
        connect_args={"connect_timeout": 4, "options": "-c timezone=UTC"},
    )
    if autocommit:
        sa.event.listen(engine, "connect", _commit_by_hand)
    return engine


def _call_path_engine(url: str, connections: int) -> sa.Engine:
    return _postgresql_engine(url, connections, autocommit=True)


def _commit_by_hand(connection: Any, _: Any) -> None:
    connection.autocommit = True


def _sqlite_engine(url: str, connections: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        connect_args={"timeout": 10, "detect_types": sqlite3.PARSE_DECLTYPES},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_at_once)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: Any) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own, see _begin_at_once
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_at_once(connection: sa.Connection) -> None:
    """SQLite's deferred transactions fail when they turn into writers; readers and writers begin as such."""
    immediate = not connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
