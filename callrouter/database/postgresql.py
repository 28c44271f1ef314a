"""PostgreSQL: a transaction in as few round trips as it can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
import sqlalchemy as sa

from callrouter.database.session import AlreadyThere, Disturbed, Overtaken, Row
from callrouter.database.statement import Statement, for_rows, in_one, may_join, sql
from callrouter.database.wire import Command, Wire

_BEGIN: Command = (sql("BEGIN"), [])
_RELEASE_EARLY: Command = (sql("SET LOCAL synchronous_commit TO OFF"), [])
_COMMIT: Command = (sql("COMMIT"), [])
_WAIT_FOR_THE_DISK: Command = (sql("SELECT pg_logical_emit_message(true, 'callrouter', '')"), [])

DECIDED_BY = "directory_version"
"""is null where the version it was decided by is not in force any more"""
SECONDS_TO_WAIT = 4
# To compile a question takes PostgreSQL longer than to answer any of ours.
_IN_UTC = "-c timezone=UTC -c jit=off"
# The carrier waits 15 seconds for an answer; last words are better than none.
_IMPATIENT = (
    f"{_IN_UTC} -c lock_timeout=4s -c statement_timeout=4s -c idle_in_transaction_session_timeout=10s"
)

# A batch is a few rows of tables that grow all the time, by their keys. The planner, who counts them seldom, takes
# them for small, and would read them whole.
_BY_KEYS = "-c enable_seqscan=off -c statement_timeout=30s"

_RUN_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    # A prepared statement was overtaken by a migration; on a new connection it is prepared anew.
    psycopg.errors.FeatureNotSupported,
)


class PostgreSQLSession:
    """A transaction on PostgreSQL.

    With `release_early` the commit does not wait for the disk, so that its row locks (one helpline's rotation) are
    free while the disk works, and then the disk is waited for. The write-ahead log is sequential, so what was
    committed is durable when `commit` returns. `release_early` is called when the commit is under way.
    """

    def __init__(
        self, connection: psycopg.Connection[Any], wire: Wire, release_early: Callable[[], None] | None
    ) -> None:
        self._connection = connection
        self._wire = wire
        self._release_early = release_early
        self._waiting: list[Command] = []
        self._afterwards: list[Callable[[], None]] = []
        self._begun = False

    def ask(self, statement: Statement, **values: Any) -> list[Row]:
        return self.ask_all((statement, values))[0]

    def ask_all(self, *questions: tuple[Statement, dict[str, Any]]) -> list[list[Row]]:
        before = [*self._beginning(), *self._what_waits()]
        asked = [(statement, statement.in_order(values)) for statement, values in questions]
        return self._wire.send([*before, *asked])[len(before) :]

    def tell(self, statement: Statement, **values: Any) -> None:
        self._waiting.append((statement, statement.in_order(values)))

    def tell_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._waiting.append((for_rows(statement), [json.dumps(rows, default=_in_json)]))

    def once_committed(self, deed: Callable[[], None]) -> None:
        self._afterwards.append(deed)

    def commit(self) -> None:
        changes = self._what_waits()
        if self._begun and self._release_early:
            self._wire.send([*changes, _COMMIT, _WAIT_FOR_THE_DISK], once_sent=self._release_early)
        elif self._begun:
            self._wire.send([*changes, _COMMIT])
        elif changes:
            # What is sent together without a BEGIN is one transaction by itself.
            self._wire.send(changes)
        for deed in self._afterwards:
            deed()

    def rollback(self) -> None:
        self._waiting.clear()
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._connection.execute("ROLLBACK")

    def _beginning(self) -> Sequence[Command]:
        if self._begun:
            return ()
        self._begun = True
        return (_BEGIN, _RELEASE_EARLY) if self._release_early else (_BEGIN,)

    def _what_waits(self) -> list[Command]:
        """The changes told so far, as few statements as they can be."""
        waiting, self._waiting = self._waiting, []
        return joined(waiting)


def joined(commands: Sequence[Command]) -> list[Command]:
    """The same commands, with neighbours that may be carried out in one joined."""
    groups: list[list[Command]] = []
    for command in commands:
        if (
            groups
            and may_join(command[0], [statement for statement, _ in groups[-1]])
            and groups[-1][0][0].writes
        ):
            groups[-1].append(command)
        else:
            groups.append([command])
    return [_one(group) for group in groups]


def _one(group: list[Command]) -> Command:
    if len(group) == 1:
        return group[0]
    return in_one(tuple(statement for statement, _ in group)), [
        value for _, values in group for value in values
    ]


def postgresql_engine(url: sa.URL, connections: int, **options: Any) -> sa.Engine:
    """The engine for everything but the call path."""
    return sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_recycle=1800,
        hide_parameters=True,
        **{"connect_args": {"connect_timeout": SECONDS_TO_WAIT, "options": _IN_UTC}, **options},
    )


def call_path_engine(url: sa.URL, connections: int, *, in_batches: bool) -> sa.Engine:
    """A pool of connections for the call path, whose transactions `PostgreSQLSession` begins and ends itself."""
    options = f"{_IMPATIENT} {_BY_KEYS}" if in_batches else _IMPATIENT
    engine = postgresql_engine(
        url,
        connections,
        pool_reset_on_return=None,
        pool_timeout=SECONDS_TO_WAIT,
        connect_args={"connect_timeout": SECONDS_TO_WAIT, "options": options, "tcp_user_timeout": 10_000},
    )
    sa.event.listen(engine, "connect", _commit_by_hand)
    return engine


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is of no use any more."""
    return (isinstance(error, psycopg.OperationalError) and error.sqlstate is None) or isinstance(
        error,
        psycopg.errors.FeatureNotSupported | psycopg.errors.AdminShutdown | psycopg.errors.CrashShutdown,
    )


def postgresql_error(error: psycopg.Error) -> Exception:
    """The error in the words of the call path."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        return AlreadyThere(str(error))
    if isinstance(error, psycopg.errors.NotNullViolation) and error.diag.column_name == DECIDED_BY:
        return Overtaken(str(error))
    if isinstance(error, _RUN_AGAIN) or is_lost(error):
        return Disturbed(str(error))
    return error


@lru_cache(maxsize=4096)
def _in_json(value: datetime | bytes) -> str:
    """A value that JSON has no form for, as PostgreSQL reads it from a string."""
    return value.isoformat() if isinstance(value, datetime) else f"\\x{value.hex()}"


def _commit_by_hand(connection: Any, _: Any) -> None:
    connection.autocommit = True
