"""What the evidence log costs the worker that settles, whose records it logs meanwhile."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.directory import a_directory
from bench.ended_calls import store_ended_calls
from bench.figure import Figure, Result, at_least
from bench.log_writer import KEY
from bench.proof import NotDone, expect
from bench.servers import ROOT, BenchServers
from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.events.settle import settle
from callrouter.evidence.append import append_records
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.verify import verify_log
from callrouter.reports.evidence_log import waiting_records
from workers.after_call import subscriptions

MEANING = """\
Calls that have ended are settled in the batches of the worker by one process, once alone and once while another process
writes the evidence log every second, as the outbox sweeper does: four records for each call (charge, connection and
two disclosures). 1 would mean that the log costs the worker nothing. Both share this machine's cores with
the database, so the rate counts what the log takes from them, too; the CPU time is the worker's alone. After each round
the log is verified, and has every record."""
SECONDS_TO_CATCH_UP = 60


@dataclass(frozen=True)
class Size:
    rounds: int
    calls: int


LONG, SHORT = Size(3, 3_000), Size(1, 100)


class Slice(NamedTuple):
    """Calls a second, and seconds of the worker's CPU for a call."""

    rate: float
    cpu: float


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it, the variants in turns, each first in every other round."""
    size, directory = SHORT if short else LONG, a_directory(seats=10)
    rounds = []
    for number in range(size.rounds):
        order = (False, True) if number % 2 else (True, False)
        found = {logged: _slice(servers, directory, size.calls, logged=logged) for logged in order}
        rounds.append((found[False], found[True]))
    return Result(
        "appending",
        "The evidence log beside the worker",
        MEANING,
        [
            Figure(
                "calls settled, of as many without the log",
                [b.rate / a.rate for a, b in rounds],
                at_least(0.9),
            ),
            Figure("– by CPU time of the worker alone", [a.cpu / b.cpu for a, b in rounds], at_least(0.9)),
            Figure("calls settled with the log", [b.rate for _, b in rounds], unit="a second"),
        ],
    )


def _slice(servers: BenchServers, directory: Directory, calls: int, *, logged: bool) -> Slice:
    with (
        servers.new_database(directory) as name,
        closing(Database(servers.postgres.url(name), connections=2)) as database,
    ):
        store_ended_calls(database, directory, calls, datetime.now(UTC))
        _log_what_is_there(database)
        if not logged:
            return _settle(database, calls)
        with _writing(servers.postgres.url(name)):
            measured = _settle(database, calls)
            _wait_until_logged(database)
        found = database.transact(lambda session: verify_log(session, NoteSigner(*KEY).log_key))
        expect("faults of the log", found.faults, 0)
        return measured


def _log_what_is_there(database: Database) -> None:
    database.transact(lambda session: append_records(session, KEY, datetime.now(UTC)))


def _settle(database: Database, calls: int) -> Slice:
    what_follows = subscriptions(DirectoryCache())
    began, cpu = time.perf_counter(), time.process_time()
    while settle(database, what_follows, datetime.now(UTC)):
        pass
    return Slice(calls / (time.perf_counter() - began), (time.process_time() - cpu) / calls)


@contextmanager
def _writing(url: str) -> Iterator[None]:
    with TemporaryDirectory() as directory:
        process = subprocess.Popen([sys.executable, "-m", "bench.log_writer", url, directory], cwd=ROOT)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _waiting(database: Database) -> int:
    with database.engine.connect() as connection:
        return waiting_records(connection)


def _wait_until_logged(database: Database) -> None:
    until = time.monotonic() + SECONDS_TO_CATCH_UP
    while _waiting(database):
        if time.monotonic() > until:
            raise NotDone("the log did not get every record")
        time.sleep(0.1)
