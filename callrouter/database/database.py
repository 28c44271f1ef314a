"""Where everything is stored: SQLAlchemy's engine, and `transact` for one domain function in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import Lock
from typing import TypeVar

import psycopg
import sqlalchemy as sa

from callrouter.database.engines import domain_error, engine_for, is_lost, transaction_pool
from callrouter.database.pipeline import pipelined
from callrouter.database.roles import APPLICATION, role_of
from callrouter.database.session import RetryableError, Session

T = TypeVar("T")
QUEUES = 64
LOGIN = None
"""in place of a role: whoever connects, who may own the tables"""


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


class Database:
    """One for each process. It has two pools of `connections` each, and each may double under load.

    `pipelined` is for the webhooks: `transact` sends statements by psycopg's pipeline. `in_batches` is for a process
    whose transactions are few and large, as a worker's are. `role` is the kind of role that its connections work as.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 10,
        pipelined: bool = False,
        in_batches: bool = False,
        role: str | None = APPLICATION,
    ) -> None:
        parsed = sa.make_url(url)
        works_as = role_of(parsed, role) if role else LOGIN
        self._queues = [Lock() for _ in range(QUEUES)]
        self._pipelined = pipelined
        self.engine = engine_for(parsed, connections, works_as)
        self._pool = transaction_pool(parsed, connections, works_as, in_batches=in_batches)

    def transact(
        self,
        work: Callable[[Session], T],
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
            return self._once(work, queue)
        except RetryableError:
            return self._once(again or work, queue)

    def dry_run(self, work: Callable[[Session], T]) -> T:
        """Run a domain function in one transaction that is rolled back, and return what it returned.

        Raises what the function raises, and what the database refuses of it.
        """
        returned: list[T] = []

        def rolled_back(session: Session) -> None:
            returned[:] = [work(session)]
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

    def _once(self, work: Callable[[Session], T], queue: str | None) -> T:
        with self._turn(queue), self._domain_errors(), self._session() as session:
            return work(session)

    def _turn(self, queue: str | None) -> AbstractContextManager[object]:
        """One's turn in a queue of this process."""
        return self._queues[hash(queue) % len(self._queues)] if queue else nullcontext()

    def _session(self) -> AbstractContextManager[Session]:
        """A transaction, which is committed at the end, or rolled back at an error."""
        return pipelined(self._pool) if self._pipelined else self._pool.begin()

    @contextmanager
    def _domain_errors(self) -> Iterator[None]:
        """Raise errors of the database as the domain knows them."""
        try:
            yield
        except (sa.exc.DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            if not isinstance(cause, psycopg.Error):
                raise
            if is_lost(cause):
                # The others were lost with it: to the same server, at the same moment.
                self._pool.dispose()
            known = domain_error(cause)
            # SQLAlchemy's error has the other for its cause: an error must not become its own.
            raise known from (None if known is cause else error)


_ANYTHING = sa.select(sa.literal(1))
