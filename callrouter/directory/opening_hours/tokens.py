"""Splits opening hours into tokens, and explains a token in a wrong place. *Pure.*"""

from __future__ import annotations

import re

from callrouter.directory.opening_hours.fault import UnreadableHours

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HOLIDAYS = "PH"

TIME = re.compile(r"\d{1,2}:\d\d", re.ASCII)
YEAR = re.compile(r"20\d\d", re.ASCII)
DAY = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)
COMMENT = re.compile('"[^"]*"')
WEEKDAY = re.compile("|".join(WEEKDAYS))
MONTH = re.compile("|".join(MONTHS))
DAYS = re.compile("|".join((*WEEKDAYS, HOLIDAYS)))
DATES = re.compile(f"{YEAR.pattern}|{MONTH.pattern}", re.ASCII)

_TOKEN = re.compile(r'"[^"]*"|24/7|\d{1,2}:\d\d|\|\||[^\W\d_]+|\d+|\S', re.ASCII)
_MENDS = (
    (re.compile(r"$"), "say from when until when, such as 09:00-17:00"),
    (
        re.compile(r"\d{1,2}\s*(-|to\b|h\d\d)|\d{3,4}\s*-|\d{1,2}\.\d\d"),
        "write times with a colon, such as 09:00-17:00",
    ),
    (re.compile(r"24\s*h|always|daily|all day", re.I), "write 24/7, or Mo-Su before the hours"),
    (re.compile(r"(E|C|M|P|AK|H)[SD]?T\b"), "take the zone out; the center's timezone says it"),
    (
        re.compile(r"\(?(sunrise|sunset|dawn|dusk)", re.I),
        "write times of day; where the center is, is not known",
    ),
    (re.compile(r"SH\b|school"), "name the dates, such as Jun 15-Aug 31; school holidays are not known"),
    (re.compile(r"easter|week\b|\["), "name the dates, such as 2026 Dec 24"),
    (re.compile(r"\d{1,2}(:\d\d)?\s*[ap]\.?m", re.I), "write 17:00 for 5 pm"),
    (re.compile(r"\+"), "say until when, such as 18:00-22:00"),
    (re.compile("[–—−]"), "write - between two times or days"),
    (re.compile(r":\s"), "take the colon out"),
    (re.compile(rf"({DAYS.pattern})\b"), "put commas between days, and months before them"),
    (re.compile(rf"({DATES.pattern})\b"), "write months and dates before weekdays"),
)
"""common spellings, and how they are written here"""
_WORD = re.compile("[A-Za-z]+")
_ENGLISH = dict(
    zip(
        (*WEEKDAYS, *MONTHS),
        (
            *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        strict=True,
    )
)


class Tokens:
    """Reads opening hours token by token, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found = list(_TOKEN.finditer(text))
        self._position = 0

    def ahead(self, number: int = 0) -> str:
        """The next token, or one further on. Empty after the last."""
        index = self._position + number
        return self._found[index][0] if index < len(self._found) else ""

    def sees(self, kind: re.Pattern[str], number: int = 0) -> bool:
        return bool(kind.fullmatch(self.ahead(number)))

    def take(self) -> str:
        token = self.ahead()
        self._position += 1
        return token

    def accept(self, *tokens: str) -> bool:
        """Take the next token if it is one of these."""
        if self.ahead() not in tokens or not self.ahead():
            return False
        self._position += 1
        return True

    def expect(self, kind: re.Pattern[str]) -> str:
        if not self.sees(kind):
            raise self.unreadable()
        return self.take()

    @property
    def at(self) -> int:
        """The position of the next token."""
        return self._found[self._position].start() if self.ahead() else len(self.text)

    def since(self, begin: int) -> str:
        """The text from a position to the next token."""
        return self.text[begin : self.at].strip()

    def unreadable(self, mend: str = "", at: int | None = None) -> UnreadableHours:
        """The error that the text cannot be read from here on."""
        rest = self.text[self.at if at is None else at :]
        return UnreadableHours(rest, mend or _mend(rest))


def _mend(rest: str) -> str:
    known = next((mend for pattern, mend in _MENDS if pattern.match(rest)), "")
    return known or _abbreviation(rest)


def _abbreviation(rest: str) -> str:
    """The abbreviation of an English weekday or month."""
    word = _WORD.match(rest)
    written = word[0].title() if word else ""
    names = (name for name in (*WEEKDAYS, *MONTHS) if written.startswith(name))
    return next((f"write {name}" for name in names if _ENGLISH[name].startswith(written)), "")
