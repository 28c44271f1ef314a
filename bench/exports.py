"""The memory that an export takes, with few rows and with many."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from bench.figure import Figure, Result, at_most
from callrouter.billing.model import LedgerEntry
from callrouter.database import Database

ROOT = Path(__file__).parents[1]
FEW, MANY = 10_000, 1_000_000
KILOBYTES_A_MEGABYTE = 1024
_EXPORT = """
import sys
from callrouter.cli import main
main(["export", *sys.argv[1:]], standalone_mode=False)
with open("/proc/self/status") as status:
    sys.stderr.write(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
"""

MEANING = """\
The most memory (`VmHWM`) that `callrouter export charges` has at any time, as a process of its own that writes JSON by
the line, with {few:,} entries and with {many:,} of them."""


def measure(database: Database, few: int = FEW, many: int = MANY) -> Result:
    """Run it."""
    url = database.engine.url.render_as_string(hide_password=False)
    little, much = (peak_megabytes(url, "charges", "--until", _until(database, rows)) for rows in (few, many))
    return Result(
        "exports",
        "An export",
        MEANING.format(few=few, many=many),
        [
            Figure(f"memory with {few:,} rows", [little], unit="MB"),
            Figure(f"memory with {many:,} rows", [much], unit="MB"),
            Figure("the second of the first", [much / little], at_most(1.1)),
        ],
    )


def peak_megabytes(url: str, *words: str) -> float:
    """The most memory that `callrouter export …` had at any time, in a process of its own."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "CALLROUTER_SECRET_KEY": "s" * 40,
        "CALLROUTER_VAULT_KEY": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",
    }
    command = [sys.executable, "-c", _EXPORT, *words]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        _, told = process.communicate()
    return int(told.split()[-1]) / KILOBYTES_A_MEGABYTE


def _until(database: Database, rows: int) -> str:
    """The moment before which so many entries were posted."""
    query = sa.select(LedgerEntry.posted_at).order_by(LedgerEntry.posted_at).offset(rows).limit(1)
    with database.engine.connect() as connection:
        found = connection.execute(query).scalar()
    return found.isoformat() if found else "2100-01-01"
