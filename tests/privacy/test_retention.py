"""Which days and months are over: each is kept whole, from its own end on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from callrouter.privacy.retention import Retention

KEPT = Retention(number_days=90, message_days=30, match_months=13)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_a_day_is_over_once_its_last_moment_is_old_enough() -> None:
    last = KEPT.last_number_day(NOON)
    assert last == date(2026, 8, 31)
    end = datetime(2026, 9, 1, tzinfo=UTC)
    assert end + timedelta(days=90) <= NOON < end + timedelta(days=91)
    assert KEPT.last_message_day(NOON) == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 1, tzinfo=UTC), date(2025, 9, 1)),
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), date(2025, 8, 1)),
        (NOON, date(2025, 9, 1)),
        (datetime(2027, 1, 1, tzinfo=UTC), date(2025, 11, 1)),
        (datetime(2027, 2, 28, tzinfo=UTC), date(2025, 12, 1)),
    ],
)
def test_a_month_is_over_once_its_last_moment_is_old_enough(now: datetime, month: date) -> None:
    assert KEPT.last_match_month(now) == month


@pytest.mark.parametrize(
    ("repeat_days", "month"),
    [(0, date(2026, 9, 1)), (29, date(2026, 9, 1)), (31, date(2026, 9, 1)), (32, date(2026, 8, 1))],
)
def test_no_month_goes_in_which_a_call_may_still_make_another_one_a_repeat(
    repeat_days: int, month: date
) -> None:
    assert Retention(match_months=1).last_match_month(datetime(2026, 11, 1, tzinfo=UTC), repeat_days) == month


def test_days_are_those_of_utc_whoever_asks() -> None:
    evening = datetime.fromisoformat("2026-11-29T19:00:00-05:00")
    assert KEPT.last_number_day(evening) == date(2026, 8, 31)


@pytest.mark.parametrize(
    ("months", "days", "covered"), [(13, 393, True), (13, 394, False), (2, 30, True), (1, 30, False)]
)
def test_repeats_must_fit_into_the_shortest_months(months: int, days: int, *, covered: bool) -> None:
    assert Retention(match_months=months).covers(days) == covered
