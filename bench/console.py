"""`python -m bench.console [CALLS]`: the console's pages with ten million calls, and its live page under load.

The figures are written to `CONSOLE.md` where it was the whole of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from bench import live_page, pages
from bench.large_directory import a_large_directory
from bench.machine import machine
from bench.many_calls import split
from bench.report import page, section, verdict
from bench.reports import SETTINGS, a_large_database
from bench.servers import bench_servers
from callrouter.database import Database
from callrouter.routing.eligibility import line_up
from tests.servers.embedded_postgres import embedded_postgres
from tests.servers.postgres_server import PostgresServer

CALLS = 10_000_000
HELPLINE = "line-0"
"""the one with decisions"""
RESULTS = Path(__file__).with_name("CONSOLE.md")
INTRODUCTION = """\
Pages are asked for in this process, through the whole application as a person who is signed in sees it; the database
is another process. Each figure is the median of its rounds, with the least and the greatest beside it. Milliseconds
are this machine's.
"""
_STATEMENTS = Path(__file__).with_name("console_calls.sql")


def main(arguments: list[str]) -> None:
    """Fill, measure, and write it down where it was the whole of it."""
    calls = int(arguments[0]) if arguments else CALLS
    with embedded_postgres(SETTINGS, durable=True) as postgres:
        about = machine(postgres)
        with a_console_database(postgres, calls) as database:
            results = pages.measure(database)
    with bench_servers() as servers:
        results = [*results, live_page.measure(servers)]
    print("\n".join([*map(section, results), verdict(results)]))
    if calls == CALLS:
        RESULTS.write_text(page(results, about, "make bench-console", datetime.now(UTC), INTRODUCTION))
        print(f"Written to bench/{RESULTS.name}")


@contextmanager
def a_console_database(postgres: PostgresServer, calls: int, name: str = "console") -> Iterator[Database]:
    """A database of its own, full of calls with their legs, promises and decisions."""
    with a_large_database(postgres, calls, name, _more(), connections=4) as database:
        yield database


def _more() -> list[str]:
    directory = a_large_directory()
    lineup, _ = line_up(directory, directory.helplines[HELPLINE], "CA", datetime(2026, 6, 1, tzinfo=UTC))
    digest, document = (sql.Literal(text).as_string() for text in (lineup.digest, lineup.document))
    text = _STATEMENTS.read_text().replace("%(lineup)s", digest).replace("%(document)s", document)
    return split(text)


if __name__ == "__main__":
    main(sys.argv[1:])
