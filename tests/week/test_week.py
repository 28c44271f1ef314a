"""A short week: every promise ends as it should; and the same seed makes the same week."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from callrouter.promises.calling_hours import AT_ANY_HOUR, BY_DAY, CallingHours
from tests.week.checks import Ended, what_is_wrong
from tests.week.report import report
from tests.week.week import Week

ROOT = Path(__file__).parents[2]


def played(
    database_url: str, calls: int, hours: float, seed: int, called: CallingHours = BY_DAY
) -> tuple[str, list[str]]:
    """The report, and what was wrong; callers are called back within `called`."""
    week = Week(database_url, seed, calls, timedelta(hours=hours), called)
    with structlog.testing.capture_logs():
        week.happens()
    ended = Ended(week)
    told, wrong = report(ended), what_is_wrong(ended)
    week.closes()
    return told, wrong


def test_every_promise_of_a_busy_day_ends_as_it_should(database_url: str) -> None:
    told, wrong = played(database_url, calls=240, hours=16, seed=1)
    assert wrong == []
    assert "calls                   240\n" in told


def test_a_week_without_nights_is_found_out(database_url: str) -> None:
    _, wrong = played(database_url, calls=60, hours=9, seed=4, called=AT_ANY_HOUR)
    assert wrong
    assert all("was rung at" in each for each in wrong)


def test_the_same_seed_gives_the_same_report_byte_for_byte() -> None:
    """In processes whose sets are in different orders."""
    command = [sys.executable, "-m", "tests.week", "--calls", "60", "--days", "0.5", "--seed", "3"]
    told = [
        subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": order}, capture_output=True, check=True
        ).stdout
        for order in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].startswith(b"seed")
