"""`python -m bench.reports [CALLS]`: reports, closing and exports with ten million calls, written to `REPORTS.md`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import exports, months
from bench.large_directory import a_large_directory
from bench.machine import machine
from bench.many_calls import fill
from bench.report import page, section, verdict
from callrouter.database import Database
from callrouter.directory.load import load_directory
from callrouter.migrations import upgrade
from tests.servers.embedded_postgres import embedded_postgres
from tests.servers.postgres_server import PostgresServer

CALLS = 10_000_000
RESULTS = Path(__file__).with_name("REPORTS.md")
LOADED_AT = datetime(2023, 12, 1, tzinfo=UTC)
# As on a server that has been set up for so many calls.
SETTINGS = {
    "shared_buffers": "6GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "autovacuum": "off",
}
INTRODUCTION = """\
Everything was measured warm, in one run. Each figure is the median of its rounds, with the least and the greatest
beside it. Figures without a unit are ratios to what was measured in the same round, and hold elsewhere too;
milliseconds are this machine's.
"""


def main(arguments: list[str]) -> None:
    """Fill, measure, and write it down where it was the whole of it."""
    calls = int(arguments[0]) if arguments else CALLS
    with embedded_postgres(SETTINGS, durable=True) as postgres:
        about = machine(postgres)
        with a_large_database(postgres, calls) as database:
            results = [months.measure(database), exports.measure(database)]
    print("\n".join([*map(section, results), verdict(results)]))
    if calls == CALLS:
        RESULTS.write_text(page(results, about, "make bench-reports", datetime.now(UTC), INTRODUCTION))
        print(f"Written to bench/{RESULTS.name}")


@contextmanager
def a_large_database(
    postgres: PostgresServer, calls: int, name: str = "large", more: Sequence[str] = (), connections: int = 1
) -> Iterator[Database]:
    """A database of its own, full of calls; `more` statements add to them."""
    postgres.create_database(name)
    url = postgres.url(name)
    upgrade(url)
    with closing(Database(url, connections=connections)) as database:
        with database.engine.begin() as connection:
            load_directory(connection, a_large_directory(), LOADED_AT)
        began = time.monotonic()
        fill(url, calls, more)
        print(f"{calls:,} calls were made in {time.monotonic() - began:.0f} s", flush=True)
        yield database


if __name__ == "__main__":
    main(sys.argv[1:])
