"""`python -m bench.rotation [--short]`: rotation of the vault key, while calls arrive."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import sqlalchemy as sa

from bench.directory import a_directory
from bench.figure import Figure, Result, at_most
from bench.load import drive, percentile, timetable
from bench.proof import expect
from bench.report import section, verdict
from bench.requests import new_sids
from bench.servers import BenchServers, CallrouterServer, bench_servers
from callrouter.database import Database
from callrouter.privacy.audit import Access
from callrouter.privacy.data_keys import MESSAGE, NUMBER, REPEAT, find_or_make_key, key_of
from callrouter.privacy.rotate import rotate
from callrouter.privacy.vault import Vault
from config.parsers import vault_keys

CALLS_A_SECOND = 50
CONNECTIONS = 16
OTHER = {"other": b"o" * 32}

MEANING = f"""\
A database with 10 million sealed numbers of 400 days, each day with its two data keys, and 14 months. The vault key is
rotated to and fro without a pause, while {CALLS_A_SECOND} calls a second arrive at the web server, each of which seals
a number and finds or makes a pseudonym. Latencies count from the moment at which a request was due."""

_FILL = """
INSERT INTO sealed_number (call, purpose, day, sealed, sealed_at)
SELECT 'CA' || lpad(to_hex(n), 32, '0'), 'caller', current_date - (n % 400)::int,
       sha256(n::text::bytea) || '\\x00112233445566'::bytea, now()
FROM generate_series(1, {count}) AS n
"""
_WRAPPED = "SELECT key_id, count(*) FROM data_key GROUP BY key_id"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    sealed: int
    days: int
    rounds: int
    seconds: int
    """of each round"""


LONG = Size(10_000_000, 400, 3, 8)
SHORT = Size(1_000, 10, 1, 1)


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    with (
        servers.callrouter(a_directory(seats=10)) as web,
        closing(Database(web.postgres.url(web.database), connections=2)) as database,
    ):
        _fill(web, database, size)
        _calls_arrive(web, 20)
        quiet = [_calls_arrive(web, size.seconds * CALLS_A_SECOND) for _ in range(size.rounds)]
        busy, rotations = [], list[float]()
        for _ in range(size.rounds):
            with _rotating(web, database) as took:
                busy.append(_calls_arrive(web, size.seconds * CALLS_A_SECOND))
            rotations += took
    return Result("rotation", "Rotation of the vault key", MEANING, _figures(quiet, busy, rotations))


def _figures(quiet: list[float], busy: list[float], rotations: list[float]) -> list[Figure]:
    return [
        Figure("a rotation of all data keys", rotations, at_most(3600), "s"),
        Figure("99th percentile of an arrival meanwhile", busy, at_most(50), "ms"),
        Figure("99th percentile of an arrival without a rotation", quiet, unit="ms"),
    ]


def _fill(web: CallrouterServer, database: Database, size: Size) -> None:
    vault, now = Vault(_ring(web)), datetime.now(UTC)
    days = [now - timedelta(days=each) for each in range(size.days)]
    with database.engine.begin() as connection:
        for name in {key_of(purpose, day) for purpose in (NUMBER, MESSAGE, REPEAT) for day in days}:
            find_or_make_key(connection, vault.master_keys, name)
        connection.execute(sa.text(_FILL.format(count=size.sealed)))


def _ring(web: CallrouterServer) -> Mapping[str, bytes]:
    return vault_keys(web.environment["CALLROUTER_VAULT_KEY"])


def _calls_arrive(web: CallrouterServer, count: int) -> float:
    """The 99th percentile of the latencies of calls that arrive at a steady rate, in ms."""
    sids = new_sids(count)
    requests, due = timetable([(0.0, web.carrier.arrivals(sids))], CALLS_A_SECOND)
    measured = drive(web.port, requests, CONNECTIONS, due=due)
    return percentile(measured.latencies, 0.99) * 1000


@contextmanager
def _rotating(web: CallrouterServer, database: Database) -> Iterator[list[float]]:
    """Rotate to and fro as long as the block lasts. Yields how long each rotation took, in seconds."""
    over, took = Event(), list[float]()
    thread = Thread(target=_rotate_until, args=(over, web, database, took))
    thread.start()
    yield took
    over.set()
    thread.join()
    expect("rotations", len(took) >= 1, True)


def _rotate_until(over: Event, web: CallrouterServer, database: Database, took: list[float]) -> None:
    ring = _ring(web)
    there, back = {**OTHER, **ring}, {**ring, **OTHER}
    while not over.is_set():
        for keys in (there, back):
            [(_, before)] = web.asked(_WRAPPED)
            began = time.perf_counter()
            done = rotate(database, Vault(keys), Access("bench", "measured", datetime.now(UTC)))
            took.append(time.perf_counter() - began)
            expect("data keys wrapped again", done.wrapped, before)
            expect("keys that wrap", web.asked(_WRAPPED), [(done.key.id, before)])


def main(arguments: list[str]) -> None:
    """Measure, and print the figures."""
    with bench_servers() as servers:
        result = measure(servers, short="--short" in arguments)
    print(section(result))
    print(verdict([result]))


if __name__ == "__main__":
    main(sys.argv[1:])
