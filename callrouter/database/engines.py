"""Connections to PostgreSQL: how many, with which settings, and what their errors mean."""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa

from callrouter.database.roles import as_role
from callrouter.database.session import DuplicateKey, RetryableError, StaleVersion

SECONDS_TO_WAIT = 4
"""for a connection, a lock or a statement, where a caller waits: the carrier waits 15 seconds for an answer"""
VERSIONS_IN_FORCE = ("directory_version", "wordings_version")
"""are null where the version that a call was decided by is not in force any more"""

# To compile a query takes PostgreSQL longer than to answer any of ours.
_IN_UTC = "-c timezone=UTC -c jit=off"
_SHORT_WAITS = (
    f"{_IN_UTC} -c lock_timeout=4s -c statement_timeout=4s -c idle_in_transaction_session_timeout=10s"
)
# A batch reads a few rows of tables that grow all the time, by their keys. The planner's statistics are old by then: it
# takes these tables for small, and would read them whole.
_BATCHES = f"{_SHORT_WAITS} -c enable_seqscan=off -c statement_timeout=30s"

_RUN_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    # A migration changed what a prepared statement reads. On a new connection it is prepared anew.
    psycopg.errors.FeatureNotSupported,
)
_CLOSED = (
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.AdminShutdown,
    psycopg.errors.CrashShutdown,
)


def engine_for(url: sa.URL, connections: int, role: str | None, **options: Any) -> sa.Engine:
    """SQLAlchemy's engine, for everything that no caller waits for. Its connections work as the role."""
    defaults = {
        "connect_args": {"connect_timeout": SECONDS_TO_WAIT, "options": _IN_UTC + as_role(role)},
        # A connection may have been lost with its server since it was used last.
        "pool_pre_ping": True,
    }
    return sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_recycle=1800,
        hide_parameters=True,
        **{**defaults, **options},
    )


def transaction_pool(url: sa.URL, connections: int, role: str | None, *, in_batches: bool) -> sa.Engine:
    """The connections of `Database.transact`."""
    settings = (_BATCHES if in_batches else _SHORT_WAITS) + as_role(role)
    options = {"options": settings, **({"prepare_threshold": None} if in_batches else {})}
    return engine_for(
        url,
        connections,
        role,
        # `transact` runs a transaction again whose connection was lost.
        pool_pre_ping=False,
        pool_reset_on_return=None,
        pool_timeout=SECONDS_TO_WAIT,
        connect_args={"connect_timeout": SECONDS_TO_WAIT, "tcp_user_timeout": 10_000, **options},
    )


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is of no use any more."""
    return isinstance(error, _CLOSED) or (
        isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    )


def domain_error(error: psycopg.Error) -> Exception:
    """The error as the domain knows it."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        return DuplicateKey(str(error))
    if isinstance(error, psycopg.errors.NotNullViolation) and error.diag.column_name in VERSIONS_IN_FORCE:
        return StaleVersion(str(error))
    if isinstance(error, _RUN_AGAIN) or is_lost(error):
        return RetryableError(str(error))
    return error
