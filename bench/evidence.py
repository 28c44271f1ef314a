"""`python -m bench.evidence [RECORDS]`: the evidence log beside settling, with ten million records, and offline.

The figures are written to `EVIDENCE.md` where it was the whole of it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import appending, large_log, offline, public_page
from bench.figure import Result
from bench.machine import machine
from bench.report import page, section, verdict
from bench.servers import bench_servers
from tests.servers.embedded_postgres import embedded_postgres

RECORDS = 10_000_000
SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "autovacuum": "off",
}
RESULTS = Path(__file__).with_name("EVIDENCE.md")
INTRODUCTION = """\
What is compared was measured in turns, in short slices, on the same servers. Each figure is the median of its rounds,
with the least and the greatest beside it. Milliseconds and seconds are this machine's.
"""


def main(arguments: list[str]) -> None:
    """Measure, and write it down where it was the whole of it."""
    records = int(arguments[0]) if arguments else RECORDS
    results: list[Result] = []
    with embedded_postgres(SETTINGS, durable=True) as postgres:
        about = machine(postgres)
        _add(results, large_log.measure(postgres, records))
    with bench_servers() as servers:
        _add(results, public_page.measure(servers))
        _add(results, appending.measure(servers))
    _add(results, offline.measure(min(records, offline.RECORDS)))
    print(verdict(results))
    if records == RECORDS:
        RESULTS.write_text(page(results, about, "make bench-evidence", datetime.now(UTC), INTRODUCTION))
        print(f"Written to bench/{RESULTS.name}")


def _add(results: list[Result], found: Result) -> None:
    results.append(found)
    print(section(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
