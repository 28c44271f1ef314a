"""What happens behind the calls, against COPY of the same rows."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from bench.directory import a_directory
from bench.ended_calls import store_ended_calls
from bench.figure import Figure, Result, at_least
from bench.proof import expect
from bench.servers import BenchServers
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.events.settle import settle
from workers.after_call import subscriptions

MEANING = """\
Calls that have ended, each with an accepted leg, two disclosures (greeting and connecting) and its end in the outbox,
are settled in the batches of the worker by one process: the call as its partner has it, a charge (no caller repeats)
and two disclosures each, four rows, and the totals of the day. Right after it, in the same database, COPY of
the same rows, ready as text, in one transaction into empty tables: once with the same indexes, checks and foreign keys,
once without the foreign keys. 1 would mean as fast as COPY."""

TABLES = ("partner_call", "ledger_entry", "disclosure")
_FOREIGN_KEYS = """
SELECT relname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE contype = 'f' AND relname = ANY(%(tables)s)
"""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    calls: int


@dataclass(frozen=True)
class Round:
    """What a round came to."""

    calls_a_second: float
    of_equal: float
    """of COPY with foreign keys"""
    of_bare: float
    """of COPY without"""


LONG = Size(3, 10_000)
SHORT = Size(1, 100)


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    found = [_round(servers, size.calls) for _ in range(size.rounds)]
    return Result(
        "settle",
        "Behind the calls",
        MEANING,
        [
            Figure("calls a second", [each.calls_a_second for each in found], at_least(600), "a second"),
            Figure("of COPY into equal tables", [each.of_equal for each in found]),
            Figure("of COPY without foreign keys", [each.of_bare for each in found]),
        ],
    )


def _round(servers: BenchServers, calls: int) -> Round:
    """On a new database. One whose tables were emptied would be planned for by how they were in between."""
    directory = a_directory(seats=10)
    with servers.new_database(directory) as name:
        url = servers.postgres.url(name)
        with (
            closing(Database(url, connections=2, in_batches=True)) as database,
            psycopg.connect(url.replace("+psycopg", "")) as connection,
        ):
            store_ended_calls(database, directory, calls, datetime.now(UTC))
            connection.execute("ANALYZE call, leg, outbox")
            connection.commit()
            return _shares_of_copy(database, connection, calls)


def _shares_of_copy(database: Database, connection: psycopg.Connection, calls: int) -> Round:
    """Against COPY with foreign keys, and without."""
    web = _seconds_to_settle(database)
    expect("rows that were settled", _counts(connection, TABLES), (calls, calls, 2 * calls))
    expect("facts that are left", _counts(connection, ("outbox",)), (0,))
    equal = _seconds_to_copy(connection, calls, with_foreign_keys=True)
    without = _seconds_to_copy(connection, calls, with_foreign_keys=False)
    return Round(calls / web, equal / web, without / web)


def _seconds_to_settle(database: Database) -> float:
    what_follows = subscriptions(DirectoryCache())
    began = time.perf_counter()
    while settle(database, what_follows, datetime.now(UTC)):
        pass
    return time.perf_counter() - began


def _seconds_to_copy(connection: psycopg.Connection, calls: int, *, with_foreign_keys: bool) -> float:
    rows = {table: _as_text(connection, table) for table in TABLES}
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS copy_of_{table}")
        connection.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
    for table, key in _foreign_keys(connection) if with_foreign_keys else ():
        connection.execute(f"ALTER TABLE copy_of_{table} ADD {key}")
    connection.commit()
    began = time.perf_counter()
    for table, text in rows.items():
        with connection.cursor().copy(f"COPY copy_of_{table} FROM STDIN") as copy:
            copy.write(text)
    connection.commit()
    seconds = time.perf_counter() - began
    copies = tuple(f"copy_of_{table}" for table in TABLES)
    expect("rows that were copied", _counts(connection, copies), (calls, calls, 2 * calls))
    return seconds


def _foreign_keys(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Each table's foreign keys, as their definitions."""
    return connection.execute(_FOREIGN_KEYS, {"tables": list(TABLES)}).fetchall()


def _as_text(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


def _counts(connection: psycopg.Connection, tables: tuple[str, ...]) -> tuple[int, ...]:
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchall() for table in tables]  # noqa: S608
    connection.commit()
    return tuple(rows[0][0] for rows in counts)
