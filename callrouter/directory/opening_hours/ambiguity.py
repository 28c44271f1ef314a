"""Finds opening hours that a person may have meant in another way than they are read. *Pure.*

The syntax has one meaning. This module looks for a second one that the writer may have had in mind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from callrouter.directory.opening_hours.fault import HoursFault, unclear
from callrouter.directory.opening_hours.rule import Dates, Rank, Rule, Span, clock

_ADDS_OR_REPLACES = "may add to the hours of the same days, or replace them"


def doubts_between(rules: Sequence[Rule]) -> Iterator[HoursFault]:
    """The ambiguities between rules for the same days or for consecutive days."""
    for earlier, later in combinations(rules, 2):
        doubt = _doubt_on_same_days(earlier, later) or _doubt_at_midnight(earlier, later)
        if doubt:
            yield doubt


def _doubt_on_same_days(earlier: Rule, later: Rule) -> HoursFault | None:
    if not _dates_meet(earlier.dates, later.dates) or not _weekdays_meet(earlier, later):
        return None
    part = f"{earlier.text}{',' if later.additional else ';'} {later.text}"
    if later.additional:
        mend = f"write ; instead of the comma, and all hours of {_days(later)}"
        return unclear(part, _ADDS_OR_REPLACES, mend)
    return None if earlier.hours == later.hours else _doubt_of_replacing(part, earlier, later)


def _doubt_of_replacing(part: str, earlier: Rule, later: Rule) -> HoursFault | None:
    if _stands_too_early(earlier, later):
        mend = f"write {later.text}; {earlier.text}"
        return unclear(part, "has the exception first, where it would not count", mend)
    if (earlier.holidays and later.holidays) or _is_replaced_wholly(earlier, later):
        mend = f"write all hours of {_days(later)} in one rule, or take one of them out"
        return unclear(part, "may mean both, or only the second", mend)
    if _may_be_meant_to_add(earlier, later):
        mend = "name each day in one of them only, with all of its hours"
        return unclear(part, _ADDS_OR_REPLACES, mend)
    return None


def _days(rule: Rule) -> str:
    return rule.days_text or "Mo-Su"


def _dates_meet(one: Dates | None, other: Dates | None) -> bool:
    return one is None or other is None or one.meets(other)


def _weekdays_meet(one: Rule, other: Rule) -> bool:
    """A holiday may be on any weekday."""
    return bool(one.weekdays & other.weekdays) or one.holidays or other.holidays


def _stands_too_early(earlier: Rule, later: Rule) -> bool:
    if earlier.rank > later.rank:
        return True
    if earlier.dates and later.dates and earlier.dates.is_narrower_than(later.dates):
        return True
    is_replaced_on_holidays = earlier.holidays and not later.holidays
    return is_replaced_on_holidays and later.rank is not Rank.DATES


def _is_replaced_wholly(earlier: Rule, later: Rule) -> bool:
    """Whether a rule never applies, or it is unclear which rule applies on its days."""
    if earlier.rank is not later.rank:
        return False
    if earlier.dates and later.dates and earlier.dates.days != later.dates.days:
        return not later.dates.is_narrower_than(earlier.dates)
    return earlier.weekdays <= later.weekdays


def _may_be_meant_to_add(earlier: Rule, later: Rule) -> bool:
    """Whether hours may be meant in addition: they neither narrow nor widen those of the same weekdays."""
    if not later.hours or not earlier.weekdays & later.weekdays or later.rank > Rank.SEASON:
        return False
    if later.rank > earlier.rank:
        return not any(_meet(one, other) for one in earlier.hours for other in later.hours)
    return not (_cover(earlier.hours, later.hours) or _cover(later.hours, earlier.hours))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _cover(wide: Sequence[Span], narrow: Sequence[Span]) -> bool:
    return all(any(begin <= opens and closes <= end for begin, end in wide) for opens, closes in narrow)


def _doubt_at_midnight(one: Rule, other: Rule) -> HoursFault | None:
    return _goes_on_into(one, other) or _goes_on_into(other, one)


def _goes_on_into(night: Rule, day: Rule) -> HoursFault | None:
    """Hours past midnight, and a rule that may be meant to close the day in which they end."""
    until = night.ends_next_day
    if not until or not _is_exception(day, night) or not _may_follow(night, day):
        return None
    if _cover(day.hours, [(0, until)]):
        return None
    goes_on = f"00:00-{clock(until)}"
    mend = f"end {_days(night)} at 24:00, and write the hours after midnight as hours of the next day"
    if day.rank is not Rank.HOLIDAYS:
        # A holiday may follow any day, so its morning cannot be written once for all.
        mend = f"write {_days(day)} {goes_on}{_more(day)} if the night before goes on until then, else {mend}"
    return unclear(f"{night.text}; {day.text}", f"may be open or closed {goes_on} on {_days(day)}", mend)


def _is_exception(day: Rule, night: Rule) -> bool:
    return (day.rank >= Rank.HOLIDAYS or not day.hours) and day.rank >= night.rank


def _may_follow(night: Rule, day: Rule) -> bool:
    """Whether a day of one rule may come right after a day of the other."""
    if night.dates and day.dates and not night.dates.days_after().meets(day.dates):
        return False
    mornings = {(weekday + 1) % 7 for weekday in night.weekdays}
    return night.holidays or day.holidays or not mornings.isdisjoint(day.weekdays)


def _more(day: Rule) -> str:
    return f",{_written(day.hours)}" if day.hours else ""


def _written(hours: Sequence[Span]) -> str:
    return ",".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in hours)
