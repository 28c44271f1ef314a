"""A lock that one of all processes holds, for as long as its connection to the database lives.

PostgreSQL gives it back by itself when that process ends, however it ends; another has it at its next attempt.
"""

from __future__ import annotations

from threading import Lock

import sqlalchemy as sa

from callrouter.database.advisory_lock import AdvisoryLock

_TRY = sa.select(sa.func.pg_try_advisory_lock(sa.bindparam("number", type_=sa.BigInteger)))
_IS_THERE = sa.select(1)
# Where a machine vanishes without a word, the server notices within two minutes.
_KEEPALIVES = sa.text(
    "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 20; SET tcp_keepalives_count = 3"
)


class SessionLock:
    """One of the advisory locks, for a session."""

    def __init__(self, engine: sa.Engine, lock: AdvisoryLock) -> None:
        self._engine = engine
        self._lock = lock
        self._mutex = Lock()
        self._connection: sa.Connection | None = None

    def is_held(self) -> bool:
        """Whether this process holds it; takes it where it is free. Raises SQLAlchemyError."""
        with self._mutex:
            if self._connection is None:
                self._connection = self._taken()
            elif not self._lives(self._connection):
                self._connection = None
            return self._connection is not None

    def release(self) -> None:
        """Give it back, where it is held."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _taken(self) -> sa.Connection | None:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if connection.execute(_TRY, {"number": self._lock}).scalar_one():
                connection.execute(_KEEPALIVES)
                # The pool would lend it to others.
                connection.detach()
                return connection
        except sa.exc.SQLAlchemyError:
            connection.invalidate()
            raise
        connection.close()
        return None

    def _lives(self, connection: sa.Connection) -> bool:
        try:
            connection.execute(_IS_THERE)
        except sa.exc.SQLAlchemyError:
            connection.close()
            return False
        return True
