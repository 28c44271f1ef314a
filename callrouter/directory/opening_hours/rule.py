"""A rule of opening hours: on which days it holds, and which hours it gives them. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from callrouter.directory.opening_hours.holidays import is_holiday

MINUTES_OF_DAY = 24 * 60

Span = tuple[int, int]
"""Opens and closes, in minutes from the midnight with which the day begins; beyond 1440 is the next day."""

_LEAP_YEAR = 2024
EVERY_DAY = frozenset(range(7))
WHOLE_DAY: tuple[Span, ...] = ((0, MINUTES_OF_DAY),)


@dataclass(frozen=True, slots=True)
class Dates:
    """Days of the calendar as (year, month, day); the year is 0 where they are meant every year."""

    days: frozenset[tuple[int, int, int]]
    every_year: bool
    single: bool
    """Each was named by itself, and no range of days or whole month."""

    def has(self, day: date) -> bool:
        return (0 if self.every_year else day.year, day.month, day.day) in self.days

    def meets(self, other: Dates) -> bool:
        """Whether both have a day in common."""
        return not self._beside(other).isdisjoint(other._beside(self))

    def is_narrower_than(self, other: Dates) -> bool:
        """Whether these are some of the other's days, and not all of them."""
        if self.every_year and not other.every_year:
            return False
        return self._beside(other) <= other._beside(self) and (
            len(self.days) < len(other.days) or self.every_year != other.every_year
        )

    def days_after(self) -> Dates:
        """The day after each."""
        nights = (date(year or _LEAP_YEAR, month, day) for year, month, day in self.days)
        days = (night + timedelta(days=1) for night in nights)
        moved = frozenset((0 if self.every_year else day.year, day.month, day.day) for day in days)
        return Dates(moved, self.every_year, self.single)

    def _beside(self, other: Dates) -> frozenset[tuple[int, int, int]]:
        """The days as they can be compared with the other's."""
        if self.every_year == other.every_year or self.every_year:
            return self.days
        return frozenset((0, month, day) for _, month, day in self.days)


class Rank(IntEnum):
    """How special the days of a rule are. Exceptions stand after what they are exceptions from."""

    WEEKDAYS = 0
    SEASON = 1
    HOLIDAYS = 2
    DATES = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it was read."""

    text: str
    days_text: str
    """Which days it is for, as written; empty where it is for all."""
    dates: Dates | None
    weekdays: frozenset[int]
    """Monday is 0."""
    names_weekdays: bool
    holidays: bool
    """Whether it is for holidays as well, whatever weekday they are."""
    hours: tuple[Span, ...]
    """Empty: closed, or by appointment."""
    additional: bool = False
    """Adds to the hours of the rules before instead of replacing them: it follows a comma."""

    def holds_on(self, day: date) -> bool:
        if self.dates and not self.dates.has(day):
            return False
        return day.weekday() in self.weekdays or (self.holidays and is_holiday(day))

    @property
    def rank(self) -> Rank:
        if self.dates:
            is_season = self.names_weekdays and not self.dates.single
            return Rank.SEASON if is_season else Rank.DATES
        return Rank.WEEKDAYS if self.weekdays else Rank.HOLIDAYS

    @property
    def ends_next_day(self) -> int:
        """Until how many minutes after midnight its hours last on the day after; 0: they end before."""
        return max(
            (closes - MINUTES_OF_DAY for _, closes in self.hours if closes > MINUTES_OF_DAY), default=0
        )


def hours_on(rules: Iterable[Rule], day: date) -> tuple[Span, ...]:
    """The hours that begin on this day: those of the last rule for it, and what is added to them."""
    hours: tuple[Span, ...] = ()
    for rule in rules:
        if rule.holds_on(day):
            hours = hours + rule.hours if rule.additional and rule.hours else rule.hours
    return hours


def clock(minutes: int) -> str:
    """A time as it is written; 24:00 and more is the day after."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
