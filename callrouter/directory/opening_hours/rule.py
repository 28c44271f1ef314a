"""A rule of opening hours: its days, and the hours on them. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from callrouter.directory.opening_hours.holidays import is_holiday

MINUTES_OF_DAY = 24 * 60

Span = tuple[int, int]
"""opens and closes, in minutes from the day's midnight; beyond 1440 is the next day"""

_LEAP_YEAR = 2024
EVERY_DAY = frozenset(range(7))
WHOLE_DAY: tuple[Span, ...] = ((0, MINUTES_OF_DAY),)


@dataclass(frozen=True, slots=True)
class Dates:
    """Days of the calendar as (year, month, day). The year is 0 if they are meant every year."""

    days: frozenset[tuple[int, int, int]]
    every_year: bool
    single: bool
    """each day was named by itself, without ranges and whole months"""

    def has(self, day: date) -> bool:
        return (0 if self.every_year else day.year, day.month, day.day) in self.days

    def meets(self, other: Dates) -> bool:
        """Whether the two share a day."""
        return not self._beside(other).isdisjoint(other._beside(self))

    def is_narrower_than(self, other: Dates) -> bool:
        """Whether these days are a proper subset of the other's."""
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
    """How special the days of a rule are. Exceptions come after what they are exceptions from."""

    WEEKDAYS = 0
    SEASON = 1
    HOLIDAYS = 2
    DATES = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it was read."""

    text: str
    days_text: str
    """the days as written; empty for all"""
    dates: Dates | None
    weekdays: frozenset[int]
    """Monday is 0."""
    names_weekdays: bool
    holidays: bool
    """whether it also applies on holidays, whatever their weekday"""
    hours: tuple[Span, ...]
    """empty: closed, or by appointment"""
    additional: bool = False
    """follows a comma: adds to the hours of earlier rules instead of replacing them"""

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
        """The minutes after midnight until which its hours last on the next day. 0: they end before midnight."""
        return max(
            (closes - MINUTES_OF_DAY for _, closes in self.hours if closes > MINUTES_OF_DAY), default=0
        )


def hours_on(rules: Iterable[Rule], day: date) -> tuple[Span, ...]:
    """The hours that begin on this day: those of the last rule for it, and its additions."""
    hours: tuple[Span, ...] = ()
    for rule in rules:
        if rule.holds_on(day):
            hours = hours + rule.hours if rule.additional and rule.hours else rule.hours
    return hours


def clock(minutes: int) -> str:
    """A time as it is written. 24:00 and more is the next day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
