"""How a value of the directory is shown in a form, read from it, and meant in the file. *Pure.*

A control keeps what was typed as it is, right or wrong: the file's own checks say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from callrouter.directory.opening_hours.tokens import HOLIDAYS, WEEKDAYS
from callrouter.directory.opening_hours.week import WeekOfHours, hours_of_week, week_of_hours
from callrouter.phone import telephone_number

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,8})", re.ASCII)
_AS, _EXCEPTIONS, _TEXT = "as", "exceptions", "text"
AS_WEEK, AS_TEXT = "week", "text"

Typed = Mapping[str, str]
"""what was typed, by the part of a field; most fields have one part, called `""`"""


class Control(Protocol):
    """One kind of form field."""

    @property
    def macro(self) -> str:
        """The macro that draws it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Its inputs; their names follow the field's."""

    def shown(self, value: Any) -> Typed:
        """What stands in the form for a value of the file."""

    def meant(self, typed: Typed) -> Any:
        """The value of the file that was typed. None: nothing was."""


@dataclass(frozen=True, slots=True)
class TextControl:
    """A text. `kind` is the type of its input."""

    kind: str = "text"
    telephone: bool = False
    """written in any way, kept with + and the country code"""
    suggestions: str = ""
    """the section whose keys are suggested, or `zones`"""
    macro: str = "text_control"
    parts: tuple[str, ...] = ("",)

    def shown(self, value: Any) -> Typed:
        return {"": "" if value is None else str(value)}

    def meant(self, typed: Typed) -> Any:
        text = typed[""].strip()
        return (telephone_number(text) if self.telephone else text) or None


@dataclass(frozen=True, slots=True)
class WholeNumberControl:
    """A whole number."""

    macro: str = "number_control"
    parts: tuple[str, ...] = ("",)

    def shown(self, value: Any) -> Typed:
        return {"": "" if value is None else str(value)}

    def meant(self, typed: Typed) -> Any:
        text = typed[""].strip().replace(",", "")
        return int(text) if _WHOLE.fullmatch(text) else (text or None)


@dataclass(frozen=True, slots=True)
class ListControl:
    """Several short texts with commas between them."""

    telephones: bool = False
    upper: bool = False
    has_default: bool = False
    """without anything in it, the file's default counts"""
    macro: str = "list_control"
    parts: tuple[str, ...] = ("",)

    def shown(self, value: Any) -> Typed:
        return {"": ", ".join(value or ())}

    def meant(self, typed: Typed) -> Any:
        # A telephone number has spaces within.
        written = re.split(r"[,;\n]+" if self.telephones else r"[\s,;]+", typed[""])
        found = [self._one(each.strip()) for each in written if each.strip()]
        return None if self.has_default and not found else found

    def _one(self, text: str) -> str:
        if self.telephones:
            return telephone_number(text)
        return text.upper() if self.upper else text.lower()


@dataclass(frozen=True, slots=True)
class ChoiceControl:
    """One of a few words, each with what it means."""

    choices: Mapping[str, str]
    macro: str = "choice_control"
    parts: tuple[str, ...] = ("",)

    def shown(self, value: Any) -> Typed:
        return {"": value or ""}

    def meant(self, typed: Typed) -> Any:
        return typed[""] or None


@dataclass(frozen=True, slots=True)
class WeekControl:
    """Opening hours: a week with holidays and exceptions, or their text."""

    macro: str = "week_control"
    parts: tuple[str, ...] = (_AS, *WEEKDAYS, HOLIDAYS, _EXCEPTIONS, _TEXT)

    def shown(self, value: Any) -> Typed:
        week = week_of_hours(value or "24/7")
        if week is None:
            return {**dict.fromkeys(self.parts, ""), _AS: AS_TEXT, _TEXT: value}
        days = dict(zip(WEEKDAYS, week.days, strict=True))
        exceptions = "\n".join(week.exceptions)
        return {
            _AS: AS_WEEK,
            **days,
            HOLIDAYS: week.holidays,
            _EXCEPTIONS: exceptions,
            _TEXT: value or "24/7",
        }

    def meant(self, typed: Typed) -> Any:
        if typed[_AS] == AS_TEXT:
            return typed[_TEXT].strip() or None
        exceptions = (line.strip(" ;") for line in typed[_EXCEPTIONS].splitlines())
        days = tuple(typed[day] for day in WEEKDAYS)
        return hours_of_week(WeekOfHours(days, typed[HOLIDAYS], tuple(line for line in exceptions if line)))
