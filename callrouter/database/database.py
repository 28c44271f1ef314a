"""Where everything is stored: the engine for SQLAlchemy, and `transact` for the call path."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa

from callrouter.database.postgresql import (
    PostgreSQLSession,
    call_path_engine,
    is_lost,
    postgresql_engine,
    postgresql_error,
)
from callrouter.database.session import Disturbed, Session
from callrouter.database.sqlite import SQLiteSession, sqlite_engine, sqlite_error
from callrouter.database.statement import sql
from callrouter.database.wire import Wire

T = TypeVar("T")
QUEUES = 64
_ANYTHING = sql("SELECT 1")


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


class Database:
    """One a process; its pools hold up to `connections` for each of the two ways in.

    `in_batches` is for a process whose transactions are few and large, as a worker's are.
    """

    def __init__(self, url: str, *, connections: int = 10, in_batches: bool = False) -> None:
        parsed = sa.make_url(url)
        self._in_batches = in_batches
        self._queues = [Lock() for _ in range(QUEUES)]
        self.is_postgresql = parsed.get_backend_name() == "postgresql"
        if self.is_postgresql:
            self.engine = postgresql_engine(parsed, connections)
            self._call_path = call_path_engine(parsed, connections, in_batches=in_batches)
        else:
            self.engine = self._call_path = sqlite_engine(parsed, connections)

    def transact(
        self,
        deed: Callable[[Session], T],
        *,
        again: Callable[[Session], T] | None = None,
        queue: str | None = None,
    ) -> T:
        """Run a deed of the call path in one transaction and return what it returns.

        When the transaction was disturbed the deed is run once more, or `again` in its place. Raises AlreadyThere
        on a repetition. Deeds that would wait for the same row lock name the same `queue`: they wait for each other
        here, where waiting costs least, and let the next one go as soon as the lock is free.
        """
        try:
            return self._once(deed, queue)
        except Disturbed:
            return self._once(again or deed, queue)

    def dry_run(self, deed: Callable[[Session], T]) -> T:
        """Run a deed in one transaction that is rolled back, and return what it returned.

        Raises what the deed raises, and what the database refuses of it.
        """
        returned: list[T] = []

        def rolled_back(session: Session) -> None:
            returned[:] = [deed(session)]
            # What was told is sent with a question, so that the database sees, and may refuse, all of it.
            session.ask(_ANYTHING)
            raise _RolledBack

        with suppress(_RolledBack):
            self.transact(rolled_back)
        return returned[0]

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._call_path.dispose()

    def _once(self, deed: Callable[[Session], T], queue: str | None) -> T:
        with (
            self._turn(queue) as release,
            self._connection() as pooled,
            self._session(pooled, release) as session,
        ):
            return deed(session)

    @contextmanager
    def _turn(self, queue: str | None) -> Iterator[Callable[[], None] | None]:
        """One's turn in a queue of this process, and how to end it early."""
        if queue is None or not self.is_postgresql:
            yield None
            return
        with ExitStack() as held:
            held.enter_context(self._queues[hash(queue) % len(self._queues)])
            yield held.close

    @contextmanager
    def _connection(self) -> Iterator[sa.PoolProxiedConnection]:
        try:
            pooled = self._call_path.raw_connection()
        except (sa.exc.OperationalError, psycopg.OperationalError) as error:
            raise Disturbed(str(error)) from error
        try:
            yield pooled
        except psycopg.Error as error:
            if is_lost(error):
                # The others were lost with it: to the same server, at the same moment.
                pooled.invalidate()
                self._call_path.dispose()
            raise postgresql_error(error) from error
        except sqlite3.Error as error:
            if isinstance(error, sqlite3.OperationalError):
                # A connection that was opened while the file could not be written never writes again.
                pooled.invalidate()
            raise sqlite_error(error) from error
        finally:
            pooled.close()

    @contextmanager
    def _session(
        self, pooled: sa.PoolProxiedConnection, release_early: Callable[[], None] | None
    ) -> Iterator[Session]:
        session = self._begun(pooled, release_early)
        try:
            yield session
            session.commit()
        except BaseException as error:
            if not (isinstance(error, psycopg.Error) and is_lost(error)):
                session.rollback()
            raise

    def _begun(
        self, pooled: sa.PoolProxiedConnection, release_early: Callable[[], None] | None
    ) -> SQLiteSession | PostgreSQLSession:
        connection: Any = pooled.dbapi_connection
        if not self.is_postgresql:
            return SQLiteSession(connection)
        wire = pooled.info.get("wire")
        if wire is None:
            wire = pooled.info["wire"] = Wire(connection, plans_anew=self._in_batches)
        return PostgreSQLSession(connection, wire, release_early)
