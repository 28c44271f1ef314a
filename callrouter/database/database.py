"""Where everything is stored: SQLAlchemy's engine, and `transact` for one domain function in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from functools import lru_cache, partial
from threading import Lock
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa

from callrouter.database import pipeline
from callrouter.database.engines import domain_error, engine_for, is_lost, transaction_pool
from callrouter.database.session import RetryableError, Session
from callrouter.database.statement import Statement, for_rows

T = TypeVar("T")
QUEUES = 64


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


class Transaction:
    """The `Session` of one transaction."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.execute = partial(pipeline.execute, connection)
        self._connection = connection

    # Until every statement is SQLAlchemy's:
    def ask(self, statement: Statement, **values: Any) -> list[Any]:
        return self._run(statement, values).fetchall()

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Any]]:
        cursors = [self._run(statement, values) for statement, values in questions]
        return [cursor.fetchall() for cursor in cursors]

    def tell(self, statement: Statement, **values: Any) -> None:
        self._run(statement, values)

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._run(for_rows(statement), {"rows": json.dumps(rows, default=_in_json)})

    def _run(self, statement: Statement, values: dict[str, Any]) -> psycopg.Cursor[Any]:
        cursor = self._connection.execute(statement.driver_text, values)
        pipeline._flush(self._connection.pgconn)
        return cursor


@lru_cache(maxsize=4096)
def _in_json(value: datetime | bytes) -> str:
    return value.isoformat() if isinstance(value, datetime) else f"\\x{value.hex()}"


class Database:
    """One a process; its pools hold up to `connections` for each of the two ways in.

    `in_batches` is for a process whose transactions are few and large, as a worker's are.
    """

    def __init__(self, url: str, *, connections: int = 10, in_batches: bool = False) -> None:
        parsed = sa.make_url(url)
        self._queues = [Lock() for _ in range(QUEUES)]
        self.engine = engine_for(parsed, connections)
        self._pool = transaction_pool(parsed, connections, in_batches=in_batches)

    def transact(
        self,
        deed: Callable[[Session], T],
        *,
        again: Callable[[Session], T] | None = None,
        queue: str | None = None,
    ) -> T:
        """Run a domain function in one transaction and return what it returns.

        After a RetryableError it is run once more, or `again` in its place. Raises DuplicateKey on a repetition.
        Functions that would wait for the same row lock name the same `queue`: they wait for each other in this
        process, where waiting costs least.
        """
        try:
            return self._once(deed, queue)
        except RetryableError:
            return self._once(again or deed, queue)

    def dry_run(self, deed: Callable[[Session], T]) -> T:
        """Run a domain function in one transaction that is rolled back, and return what it returned.

        Raises what the function raises, and what the database refuses of it.
        """
        returned: list[T] = []

        def rolled_back(session: Session) -> None:
            returned[:] = [deed(session)]
            # The database sees, and may refuse, all of it before it answers.
            session.execute(_ANYTHING).all()
            raise _RolledBack

        with suppress(_RolledBack):
            self.transact(rolled_back)
        return returned[0]

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._pool.dispose()

    def _once(self, deed: Callable[[Session], T], queue: str | None) -> T:
        with self._turn(queue), self._connection() as connection:
            try:
                with connection.pipeline():
                    returned = deed(Transaction(connection))
                    # It travels with what was written, and with the end of the pipeline.
                    connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.OperationalError):
                    connection.rollback()
                raise
        return returned

    def _turn(self, queue: str | None) -> AbstractContextManager[object]:
        """One's turn in a queue of this process."""
        return self._queues[hash(queue) % len(self._queues)] if queue else nullcontext()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            pooled = self._pool.raw_connection()
        except (sa.exc.OperationalError, psycopg.OperationalError) as error:
            raise RetryableError(str(error)) from error
        try:
            yield pooled.dbapi_connection  # type: ignore[misc]
        except psycopg.Error as error:
            if is_lost(error):
                # The others were lost with it: to the same server, at the same moment.
                pooled.invalidate()
                self._pool.dispose()
            raise domain_error(error) from error
        finally:
            pooled.close()


_ANYTHING = sa.select(sa.literal(1))
