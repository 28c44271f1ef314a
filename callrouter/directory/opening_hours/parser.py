"""Reads opening hours into rules. *Pure.*

They follow a part of OpenStreetMap's `opening_hours` syntax, which docs/directory-file.md lists:
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

from dataclasses import dataclass

from callrouter.directory.opening_hours.dates import read_dates
from callrouter.directory.opening_hours.fault import HoursFault, unclear
from callrouter.directory.opening_hours.rule import EVERY_DAY, MINUTES_OF_DAY, WHOLE_DAY, Rule, Span, clock
from callrouter.directory.opening_hours.tokens import (
    COMMENT,
    DAYS,
    HOLIDAYS,
    TIME,
    WEEKDAY,
    WEEKDAYS,
    Tokens,
)

_ALWAYS = "24/7"
_CLOSED = ("off", "closed")
_MODIFIERS = ("open", "unknown", *_CLOSED)
_LAST_MINUTE = 59
_TWO_DIGITS = len("09:00")
LONGEST_PAST_MIDNIGHT = 16 * 60
"""minutes; longer, and 09:00-05:00 may be meant from nine to five"""


@dataclass(frozen=True, slots=True)
class HoursText:
    """The rules in order, and the ambiguities within single rules."""

    rules: tuple[Rule, ...]
    doubts: tuple[HoursFault, ...]


def read_text(text: str) -> HoursText:
    """The rules of opening hours. Raises UnreadableHours."""
    return _Reader(Tokens(text)).read()


class _Reader:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._doubts: list[HoursFault] = []

    def read(self) -> HoursText:
        rules = [self._rule(additional=False)]
        while self._tokens.ahead():
            begin = self._tokens.at
            separator = self._tokens.take()
            if separator == ";" and not self._tokens.ahead():
                break
            if separator not in (";", ",", "||"):
                raise self._tokens.unreadable(at=begin)
            rule = self._rule(additional=separator == ",")
            if separator != "||":
                rules.append(rule)
            elif rule.hours:
                raise self._tokens.unreadable("write ; instead of ||", at=begin)
        return HoursText(tuple(rules), tuple(self._doubts))

    def _rule(self, *, additional: bool) -> Rule:
        tokens, begin = self._tokens, self._tokens.at
        dates = read_dates(tokens)
        names_days = tokens.sees(DAYS)
        weekdays, holidays = self._days() if names_days else (EVERY_DAY, False)
        days_text = tokens.since(begin)
        if holidays and dates:
            raise tokens.unreadable("write a rule of its own for PH", at=begin)
        hours = self._hours(begin, days_text)
        text = tokens.since(begin)
        if not text or (tokens.ahead() == "," and text == days_text):
            raise tokens.unreadable("write a whole rule, and ; before the next" if text else "", at=begin)
        rule = Rule(text, days_text, dates, weekdays, names_days, holidays, hours, additional)
        self._doubt_dates(rule)
        return rule

    def _days(self) -> tuple[frozenset[int], bool]:
        weekdays: set[int] = set()
        holidays = False
        while True:
            if self._tokens.accept(HOLIDAYS):
                holidays = True
            else:
                weekdays |= self._range_of_weekdays()
            if not self._tokens.sees(DAYS, 1) or not self._tokens.accept(","):
                return frozenset(weekdays), holidays

    def _range_of_weekdays(self) -> set[int]:
        begin = self._tokens.at
        first = last = WEEKDAYS.index(self._tokens.expect(WEEKDAY))
        if self._tokens.accept("-"):
            last = WEEKDAYS.index(self._tokens.expect(WEEKDAY))
            if first == last:
                day = WEEKDAYS[first]
                self._doubt(self._tokens.since(begin), "may be one day or a week", f"write {day} or Mo-Su")
        return {(first + number) % 7 for number in range((last - first) % 7 + 1)}

    def _hours(self, begin: int, days_text: str) -> tuple[Span, ...]:
        """The hours of the rule that begins here. None if it is closed or by appointment."""
        tokens, begin_of_hours = self._tokens, self._tokens.at
        written = self._always(begin) or self._spans()
        times = tokens.since(begin_of_hours)
        modifier = tokens.take() if tokens.ahead() in _MODIFIERS else ""
        comment = tokens.take() if tokens.sees(COMMENT) else ""
        if modifier in _CLOSED and written:
            mend = "write the hours that remain, such as 09:00-12:00,13:00-17:00"
            raise tokens.unreadable(mend, at=begin)
        rule = tokens.since(begin)
        if comment and written and not modifier:
            mend = f"write {' '.join(filter(None, [days_text, times, 'open', comment]))} if it is rung then, else "
            self._doubt(rule, "may be open, or only by appointment", f"{mend}unknown instead of open")
        if not written and not comment and modifier in ("", "open") and rule:
            always = f"write {days_text} 00:00-24:00" if days_text else f"write {_ALWAYS}"
            self._doubt(rule, "says no hours", f"{always} if that is meant")
        is_open = modifier == "open" or not (modifier or comment)
        return (written or WHOLE_DAY) if is_open else ()

    def _always(self, begin: int) -> tuple[Span, ...]:
        if self._tokens.ahead() != _ALWAYS:
            return ()
        if self._tokens.at:
            raise self._tokens.unreadable("write 00:00-24:00 after days, or 24/7 first", at=begin)
        self._tokens.take()
        return WHOLE_DAY

    def _spans(self) -> tuple[Span, ...]:
        spans: list[Span] = []
        while self._tokens.sees(TIME):
            spans.append(self._span())
            if not self._tokens.sees(TIME, 1) or not self._tokens.accept(","):
                break
        return tuple(spans)

    def _span(self) -> Span:
        begin = self._tokens.at
        opens = self._time(MINUTES_OF_DAY - 1)
        if not self._tokens.accept("-"):
            raise self._tokens.unreadable()
        closes = self._time(2 * MINUTES_OF_DAY)
        if closes > opens + MINUTES_OF_DAY:
            raise self._tokens.unreadable("write at most 24 hours at a time", at=begin)
        if closes > opens:
            return opens, closes
        self._doubt_length(self._tokens.since(begin), opens, closes)
        return opens, closes + MINUTES_OF_DAY

    def _time(self, latest: int) -> int:
        begin = self._tokens.at
        written = self._tokens.expect(TIME)
        hour, minute = (int(part) for part in written.split(":"))
        if minute > _LAST_MINUTE or hour * 60 + minute > latest:
            raise self._tokens.unreadable("write hours and minutes, such as 09:00-17:00", at=begin)
        if len(written) < _TWO_DIGITS:
            mend = f"write {clock(hour * 60 + minute)} or {clock((hour + 12) * 60 + minute)}"
            self._doubt(written, "may be in the morning or in the afternoon", mend)
        return hour * 60 + minute

    def _doubt_length(self, span: str, opens: int, closes: int) -> None:
        """Hours past midnight that may not be meant to pass midnight."""
        explicit = f"{clock(opens)}-{clock(closes + MINUTES_OF_DAY)}"
        if opens == closes:
            self._doubt(span, "may be a whole day or nothing", f"write {explicit} for a whole day")
        elif closes and closes + MINUTES_OF_DAY - opens > LONGEST_PAST_MIDNIGHT:
            mend = f"write {explicit} if it closes on the day after"
            afternoon = closes + MINUTES_OF_DAY // 2
            other = (
                f", {clock(opens)}-{clock(afternoon)} if not" if opens < afternoon <= MINUTES_OF_DAY else ""
            )
            self._doubt(span, "may close on the same day or on the day after", mend + other)

    def _doubt_dates(self, rule: Rule) -> None:
        if rule.hours and rule.dates and not (rule.dates.single or rule.names_weekdays):
            mend = f"name them, such as {rule.days_text} Mo-Su"
            self._doubt(rule.text, "may be for every day, or for the weekdays of other rules", mend)

    def _doubt(self, part: str, what: str, mend: str) -> None:
        self._doubts.append(unclear(part, what, mend))
