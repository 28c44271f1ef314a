"""The federal holidays of the United States. *Pure.*

5 U.S.C. 6103, as it has stood since Juneteenth was added in 2021. A holiday on a Saturday or Sunday is also observed
on the Friday before or the Monday after: that working day is a holiday too.
https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
_LAST = -1

_SAME_DATE = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
"""New Year's Day, Juneteenth, Independence Day, Veterans Day, Christmas Day: month and day."""

_SAME_WEEKDAY = (
    (1, 3, MONDAY),  # Birthday of Martin Luther King, Jr.
    (2, 3, MONDAY),  # Washington's Birthday
    (5, _LAST, MONDAY),  # Memorial Day
    (9, 1, MONDAY),  # Labor Day
    (10, 2, MONDAY),  # Columbus Day
    (11, 4, THURSDAY),  # Thanksgiving Day
)
"""Month, which one of the month, weekday."""

_OBSERVED = {SATURDAY: timedelta(days=-1), SUNDAY: timedelta(days=1)}


def is_holiday(day: date) -> bool:
    """Whether the day is a federal holiday, or the working day on which one is observed."""
    return day in holidays_of_year(day.year)


@lru_cache(maxsize=400)
def holidays_of_year(year: int) -> frozenset[date]:
    """The holidays of a year. New Year's Day may be observed on the last day of the year before."""
    around = (year, year + 1) if year < date.max.year else (year,)
    days = {day for each in around for holiday in _holidays(each) for day in _with_observed(holiday)}
    return frozenset(day for day in days if day.year == year)


def _holidays(year: int) -> Iterator[date]:
    for month, day in _SAME_DATE:
        yield date(year, month, day)
    for month, which, weekday in _SAME_WEEKDAY:
        yield _weekday_of_month(year, month, which, weekday)


def _with_observed(holiday: date) -> tuple[date, ...]:
    moved = _OBSERVED.get(holiday.weekday())
    return (holiday, holiday + moved) if moved else (holiday,)


def _weekday_of_month(year: int, month: int, which: int, weekday: int) -> date:
    if which == _LAST:
        return _weekday_of_month(year, month + 1, 1, weekday) - timedelta(days=7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
