"""Reads the months and dates at the beginning of a rule of opening hours. *Pure.*

`Jun-Aug`, `Dec 24`, `Dec 24-Jan 2`, `2026 Dec 24-2027 Jan 2`, and lists of these.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from callrouter.directory.opening_hours.rule import Dates
from callrouter.directory.opening_hours.tokens import DATES, DAY, MONTH, MONTHS, YEAR, Tokens

_LEAP_YEAR = 2024
"""for days of every year, including 29 February"""
_LONGEST_RANGE = timedelta(days=366)
_EACH_DAY = [date(_LEAP_YEAR, 1, 1) + timedelta(days=number) for number in range(366)]


@dataclass(frozen=True, slots=True)
class _Date:
    """A date as it is written."""

    year: int
    """0: every year"""
    month: int
    day: int
    """0: the whole month"""

    def first(self) -> date:
        return date(self.year or _LEAP_YEAR, self.month, self.day or 1)

    def last(self) -> date:
        year = self.year or _LEAP_YEAR
        return date(year, self.month, self.day or monthrange(year, self.month)[1])


def read_dates(tokens: Tokens) -> Dates | None:
    """The months and dates that come next. None if there are none."""
    if not tokens.sees(DATES):
        return None
    begin = tokens.at
    ranges = [_range(tokens)]
    while tokens.ahead() == "," and (tokens.sees(DATES, 1) or tokens.sees(DAY, 1)):
        tokens.take()
        if not tokens.sees(DATES):
            raise tokens.unreadable("repeat the month, such as Dec 24,Dec 26")
        ranges.append(_range(tokens))
    years = {bool(first.year) for first, _ in ranges}
    if len(years) > 1:
        raise tokens.unreadable("write one rule with years and one without", at=begin)
    days = frozenset(day for first, last in ranges for day in _days(first, last))
    single = all(first is last and first.day for first, last in ranges)
    return Dates(days, every_year=years == {False}, single=single)


def _range(tokens: Tokens) -> tuple[_Date, _Date]:
    """The first and the last date of a range; the same date twice for a single one."""
    begin = tokens.at
    first = last = _date(tokens)
    if tokens.accept("-"):
        last = _last_date(tokens, first)
    try:
        backwards = first.first() > last.last()
    except ValueError:
        raise tokens.unreadable("write dates that there are", at=begin) from None
    if bool(first.day) != bool(last.day):
        raise tokens.unreadable("write two months or two dates", at=begin)
    if backwards and (first.year or first.month == last.month):
        raise tokens.unreadable("write the earlier date first, each with its year if it has one", at=begin)
    if first.year and last.last() - first.first() > _LONGEST_RANGE:
        raise tokens.unreadable("write dates without a year, or at most a year at a time", at=begin)
    return first, last


def _date(tokens: Tokens) -> _Date:
    year = int(tokens.take()) if tokens.sees(YEAR) else 0
    month = MONTHS.index(tokens.expect(MONTH)) + 1
    day = int(tokens.take()) if tokens.sees(DAY) else 0
    return _Date(year, month, day)


def _last_date(tokens: Tokens, first: _Date) -> _Date:
    """The end of a range. It has the month and the year of the beginning if it names none."""
    if first.day and tokens.sees(DAY):
        return replace(first, day=int(tokens.take()))
    begin = tokens.at
    last = _date(tokens)
    if last.year and not first.year:
        raise tokens.unreadable("write both dates with their years, or none", at=begin)
    return replace(last, year=last.year or first.year)


def _days(first: _Date, last: _Date) -> list[tuple[int, int, int]]:
    begin, end = first.first(), last.last()
    if first.year:
        days = (begin + timedelta(days=number) for number in range((end - begin).days + 1))
    elif begin <= end:
        days = (day for day in _EACH_DAY if begin <= day <= end)
    else:
        days = (day for day in _EACH_DAY if day >= begin or day <= end)
    return [(day.year if first.year else 0, day.month, day.day) for day in days]
