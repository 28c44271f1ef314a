"""Opening hours as a week's form: the hours of each weekday and of holidays, then the exceptions. *Pure.*

Each value is in the syntax of docs/directory-file.md, so that what a form cannot say is never lost: hours that a form
would change are written as one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from callrouter.directory.opening_hours.fault import UnreadableHours
from callrouter.directory.opening_hours.parser import LONGEST_PAST_MIDNIGHT, read_text
from callrouter.directory.opening_hours.rule import EVERY_DAY, WHOLE_DAY, Rank, Rule, Span, clock, hours_on
from callrouter.directory.opening_hours.tokens import HOLIDAYS, WEEKDAYS

ALWAYS, CLOSED, WHOLE = "24/7", "off", "00:00-24:00"
_WORDS_OF_NOTHING = frozenset({"", CLOSED, "closed", "-"})
_YEAR = re.compile(r"\b20\d\d\b")
_YEARS_COMPARED = (2024, 2025, 2026)
"""a leap year, and every date of a year on several weekdays"""


@dataclass(frozen=True, slots=True)
class WeekOfHours:
    """A week as it is filled in."""

    days: tuple[str, ...]
    """from Monday: `08:00-12:00,13:00-17:00`; empty: closed"""
    holidays: str = ""
    """empty: like any other day; `off`: closed"""
    exceptions: tuple[str, ...] = ()
    """whole rules: `Dec 24 08:00-12:00`"""


def hours_of_week(week: WeekOfHours) -> str:
    """The opening hours as the file has them. Whatever was written is in it, right or wrong."""
    if all(_tidy(day) == WHOLE for day in week.days) and not _tidy(week.holidays) and not week.exceptions:
        return ALWAYS
    holidays = [f"{HOLIDAYS} {_tidy(week.holidays)}"] if _tidy(week.holidays) else []
    seasons = [each for each in week.exceptions if _rank(each) is Rank.SEASON]
    dates = [each for each in week.exceptions if each not in seasons]
    rules = [*_weekday_rules(week.days), *seasons, *holidays, *dates]
    return "; ".join(rules) or CLOSED


def week_of_hours(hours: str) -> WeekOfHours | None:
    """The week that means the same. None if a form cannot say it."""
    try:
        rules = read_text(hours).rules
    except UnreadableHours:
        return None
    if '"' in hours or "unknown" in hours or "||" in hours:
        return None
    week = _week(rules)
    try:
        again = read_text(hours_of_week(week)).rules
    except UnreadableHours:
        return None
    return week if _mean_the_same(rules, again, hours) else None


def _week(rules: Sequence[Rule]) -> WeekOfHours:
    usual = [rule for rule in rules if rule.rank is Rank.WEEKDAYS]
    holidays = [rule for rule in rules if rule.holidays]
    return WeekOfHours(
        tuple(_spans(_hours_of_weekday(usual, weekday)) for weekday in sorted(EVERY_DAY)),
        (_spans(holidays[-1].hours) or CLOSED) if holidays else "",
        tuple(rule.text for rule in rules if rule.dates),
    )


def _hours_of_weekday(rules: Sequence[Rule], weekday: int) -> tuple[Span, ...]:
    hours: tuple[Span, ...] = ()
    for rule in rules:
        if weekday in rule.weekdays:
            hours = hours + rule.hours if rule.additional and rule.hours else rule.hours
    return hours


def _spans(hours: Sequence[Span]) -> str:
    return ",".join(f"{clock(opens)}-{_closing(opens, closes)}" for opens, closes in hours)


def _closing(opens: int, closes: int) -> str:
    """A night as a person writes it: 18:00-08:00. Long ones are written as 18:00-32:00, as the syntax wants it."""
    whole = WHOLE_DAY[0][1]
    is_night = whole < closes and closes - opens <= LONGEST_PAST_MIDNIGHT
    return clock(closes - whole if is_night else closes)


def _weekday_rules(days: Sequence[str]) -> Iterator[str]:
    """Days in a row with the same hours are one rule."""
    numbered = enumerate(_tidy(day) for day in days)
    for written, group in groupby(numbered, key=lambda each: each[1]):
        if written in _WORDS_OF_NOTHING:
            continue
        numbers = [number for number, _ in group]
        first, last = WEEKDAYS[numbers[0]], WEEKDAYS[numbers[-1]]
        yield f"{first if first == last else f'{first}-{last}'} {written}"


def _tidy(written: str) -> str:
    """Without the spaces that people write around commas and dashes."""
    tidy = re.sub(r"\s*([,-])\s*", r"\1", written.strip())
    return WHOLE if tidy in (ALWAYS, "24h") else tidy


def _rank(rule: str) -> Rank:
    try:
        return read_text(rule).rules[0].rank
    except UnreadableHours:
        return Rank.DATES


def _mean_the_same(one: Sequence[Rule], other: Sequence[Rule], hours: str) -> bool:
    years = {*_YEARS_COMPARED, *(int(year) for year in _YEAR.findall(hours))}
    days = (date(year, 1, 1) + timedelta(days=number) for year in years for number in range(366))
    return all(sorted(hours_on(one, day)) == sorted(hours_on(other, day)) for day in days)
