"""`callrouter billing rates`: who does not pay what the others pay."""

from datetime import date

import pytest

from tests.cli.running import CommandLine
from tests.directories import a_directory, partner, rate


@pytest.fixture
def billed(callrouter: CommandLine) -> CommandLine:
    cheap = rate(price_minor=3000, begins=date(2026, 5, 1), free_calls=10)
    others = [partner(key, rates=(rate(), rate("monthly", price_minor=50_000))) for key in ("ash", "birch")]
    callrouter.loads(a_directory(*others, partner("cedar", rates=(cheap,))))
    return callrouter


def test_who_deviates_is_told_with_what_and_since_when(billed: CommandLine) -> None:
    assert billed.rows("billing", "rates", "--at", "2026-11-24", "--deviating") == [
        {
            "partner": "cedar",
            "kind": "helpline",
            "currency": "USD",
            "price": "30.00",
            "minimum_seconds": 30,
            "repeat_days": 30,
            "free_calls": 10,
            "deviations": ["price 30.00 instead of 35.00", "free calls 10 instead of 0"],
            "since": "2026-05-01",
        }
    ]


def test_without_deviating_all_are_shown_and_a_flat_fee_has_no_terms_of_calls(billed: CommandLine) -> None:
    table = billed("billing", "rates", "--at", "2026-11-24").stdout
    assert "ash      monthly   USD       500.00  -                -            -           -" in table
    assert "price 30.00 instead of 35.00, free calls 10 instead of 0  2026-05-01" in table


def test_it_is_told_for_another_day(billed: CommandLine) -> None:
    assert billed.rows("billing", "rates", "--at", "2026-04-30", "--deviating") == []


def test_what_is_no_day_is_wrong_use(billed: CommandLine) -> None:
    done = billed("billing", "rates", "--at", "2026-13-01")
    assert (done.exit_code, "is not a day" in done.stderr) == (2, True)
