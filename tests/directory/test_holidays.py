"""Which days are federal holidays."""

from datetime import date

import pytest

from callrouter.directory.opening_hours.holidays import holidays_of_year, is_holiday

# The working days on which they are observed, as the package `holidays` 0.109 has them. The years from 2022 to 2079
# were compared with it once.
OBSERVED = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}
ON_WEEKENDS = {2026: "07-04", 2027: "06-19 07-04 12-25", 2028: "01-01 11-11"}


@pytest.mark.parametrize("year", OBSERVED)
def test_holidays_are_the_days_on_which_they_are_observed_and_those_on_weekends(year: int) -> None:
    days = f"{OBSERVED[year]} {ON_WEEKENDS[year]}".split()
    assert holidays_of_year(year) == {date.fromisoformat(f"{year}-{day}") for day in days}


def test_a_holiday_on_a_weekend_is_one_and_so_is_the_day_on_which_it_is_observed() -> None:
    assert is_holiday(date(2026, 7, 4))
    assert is_holiday(date(2026, 7, 3))
    assert not is_holiday(date(2026, 7, 6))


def test_columbus_day_is_a_holiday_and_the_day_after_thanksgiving_is_none() -> None:
    assert is_holiday(date(2026, 10, 12))
    assert not is_holiday(date(2026, 11, 27))
