"""`python -m tests.week [--calls N] [--days D] [--seed S]`: plays the week, and prints what came of it."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta

from callrouter.migrations import upgrade
from config.logging import configure
from tests.servers.databases import migrated_databases
from tests.servers.postgres import running_postgres
from tests.week.checks import Ended, what_is_wrong
from tests.week.report import report
from tests.week.week import Week

MOST_SHOWN = 50


def main(arguments: list[str]) -> int:
    """Play it; 1 where something was wrong."""
    asked = _parser().parse_args(arguments)
    configure("error")
    began = time.monotonic()
    with (
        running_postgres() as server,
        migrated_databases(server, upgrade) as databases,
        databases.fresh() as url,
    ):
        week = Week(url, asked.seed, asked.calls, timedelta(days=asked.days))
        week.happens()
        ended = Ended(week)
        print(report(ended), end="", flush=True)
        wrong = what_is_wrong(ended)
        week.closes()
    # The time that it took is no part of what came of it, which is the same for the same seed.
    print(f"played in {time.monotonic() - began:.0f} s", file=sys.stderr)
    for each in wrong[:MOST_SHOWN]:
        print(each)
    print(f"{len(wrong)} things were wrong" if wrong else "nothing was wrong")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.week", description="Plays a week of a helpline.")
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
