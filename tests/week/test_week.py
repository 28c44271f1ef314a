"""A short week: every promise ends as it should, on both databases; and the same seed makes the same week."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from tests.week.checks import Ended, what_is_wrong
from tests.week.report import report
from tests.week.week import Week

ROOT = Path(__file__).parents[2]


def played(database_url: str, calls: int, hours: float, seed: int) -> tuple[str, list[str]]:
    """The report, and what was wrong."""
    week = Week(database_url, seed, calls, timedelta(hours=hours))
    with structlog.testing.capture_logs():
        week.happens()
    wrong = what_is_wrong(week)
    told = report(Ended(week))
    week.closes()
    return told, wrong


def test_every_promise_of_a_busy_day_ends_as_it_should(sqlite_url: str) -> None:
    told, wrong = played(sqlite_url, calls=300, hours=18, seed=1)
    assert wrong == []
    assert "calls                   300\n" in told


def test_so_it_does_on_postgresql(postgres_url: str) -> None:
    told, wrong = played(postgres_url, calls=60, hours=12, seed=2)
    assert wrong == []
    assert "calls                   60\n" in told


@pytest.mark.parametrize("seed", [3])
def test_the_same_seed_gives_the_same_report_byte_for_byte(seed: int) -> None:
    """In processes whose sets and dictionaries are in different orders."""
    command = [sys.executable, "-m", "tests.week", "--calls", "80", "--days", "0.5", "--seed", str(seed)]
    told = [
        subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": order}, capture_output=True, check=True
        ).stdout
        for order in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].startswith(b"seed")
