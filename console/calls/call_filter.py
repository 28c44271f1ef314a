"""The filter of the list of calls. The address of the page is the filter, so back, links and exports keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from callrouter.calls.states import ABANDONED, ANSWERED, CRISIS, PROMISED, REFUSED, UNSERVED, VOICEMAIL
from callrouter.errors import Fault
from callrouter.pasted_number import pasted_number
from callrouter.reports.calls.history import HOURS_OF_DAY
from callrouter.reports.calls.listed_calls import CHARGE_STATES, CallFilter
from callrouter.reports.calls.totals import HourOfDay
from callrouter.reports.money.report_figure import read_figure
from callrouter.reports.period import Period, moment
from callrouter.staff.roles import Right
from console.access import RightMissing
from console.calls.columns import CallColumn, columns_text, read_columns
from console.whole_numbers import shortened, whole_number

OUTCOMES = (ANSWERED, PROMISED, VOICEMAIL, ABANDONED, CRISIS, UNSERVED, REFUSED)
IN_PROGRESS = "in progress"
COLUMNS = "columns"
ALL = "all"
"""written for `since`: from the first call on"""
DAYS_SHOWN = 7
_LABELS = {
    "since": "since",
    "until": "until",
    "line": "line",
    "helpline": "helpline",
    "center": "center",
    "partner": "partner",
    "outcome": "outcome",
    "charge": "charge",
    "sid": "CallSid has",
    "caller": "one caller",
    "figure": "billing report:",
    "hour": "hour of the day",
}
_OF_MONEY = {"charge", "figure"}
"""parts of a filter that tell of charges"""


@dataclass(frozen=True, slots=True)
class CallQuery:
    """The filter as it was written, and what it means; and the columns that are shown."""

    written: dict[str, str]
    """what an address needs to show the same"""
    wanted: CallFilter
    columns: tuple[CallColumn, ...]

    @property
    def names_caller(self) -> bool:
        return self.wanted.caller_pseudonym is not None

    @property
    def chips(self) -> dict[str, str]:
        """Each part of the filter in words, by its name in the address."""
        return {name: self._in_words(name, text) for name, text in self.written.items() if name in _LABELS}

    @property
    def in_words(self) -> dict[str, str]:
        """The filter for a manifest. A caller is not named."""
        return {
            name: "one caller" if name == "caller" else text
            for name, text in self.written.items()
            if name in _LABELS
        }

    def _in_words(self, name: str, text: str) -> str:
        if name == "caller":
            return _LABELS[name]
        figure = self.wanted.figure
        return f"{_LABELS[name]} {figure.words if name == 'figure' and figure else text}"


def read_filter(
    arguments: MultiDict[str, str], zone: ZoneInfo, now: datetime, may: Callable[[Right], bool]
) -> CallQuery:
    """The filter of an address. Raises Fault for what cannot be read, and RightMissing for what the person may not ask.

    Without `since` it begins a week ago, but for a figure of the billing report, which has its own months.
    """
    written = {name: text for name in _LABELS if (text := arguments.get(name, "").strip())}
    _refuse_charges(written, may)
    since = written.get("since", ALL if "figure" in written else None)
    begin = _first_day(zone, now) if since is None else None if since == ALL else _moment(since, zone)
    until = _moment(written["until"], zone) if "until" in written else None
    outcome = written.get("outcome")
    _one_of("outcome", outcome, (*OUTCOMES, IN_PROGRESS))
    _one_of("charge", written.get("charge"), CHARGE_STATES)
    line = written.get("line")
    columns = read_columns(arguments.getlist(COLUMNS), may)
    text = columns_text(columns, may)
    return CallQuery(
        written | ({COLUMNS: text} if text else {}),
        CallFilter(
            Period(begin, until),
            outcome=None if outcome == IN_PROGRESS else outcome,
            center=written.get("center"),
            partner=written.get("partner"),
            helpline=written.get("helpline"),
            caller_pseudonym=written.get("caller"),
            in_progress=outcome == IN_PROGRESS,
            line=pasted_number(line) if line else None,
            sid_part=written.get("sid"),
            charge=written.get("charge"),
            figure=read_figure(written["figure"]) if "figure" in written else None,
            hour=_hour_of_day(written.get("hour"), zone),
        ),
        columns,
    )


def _refuse_charges(written: Mapping[str, str], may: Callable[[Right], bool]) -> None:
    """Which calls are charged is as much as what a column of charges says."""
    if (asked := _OF_MONEY & set(written)) and not may(Right.SEE_MONEY):
        raise RightMissing(f"calls are found by {min(asked)} only by those who may {Right.SEE_MONEY.value}")


def _first_day(zone: tzinfo, now: datetime) -> datetime:
    day = now.astimezone(zone).date() - timedelta(days=DAYS_SHOWN - 1)
    return datetime.combine(day, time(), zone)


def _moment(text: str, zone: tzinfo | None) -> datetime:
    try:
        return moment(text, zone) if zone else moment(text)
    except ValueError as error:
        raise Fault(str(error)) from None


def _hour_of_day(text: str | None, zone: ZoneInfo) -> HourOfDay | None:
    if text is None:
        return None
    hour = whole_number(text)
    if hour is not None and hour in HOURS_OF_DAY:
        return HourOfDay(hour, zone.key)
    raise Fault(f"hour cannot be {shortened(text)}: it is a number from 0 to 23")


def _one_of(name: str, text: str | None, allowed: tuple[str, ...]) -> None:
    if text is not None and text not in allowed:
        raise Fault(f"{name} cannot be {text!r}: it is one of {', '.join(allowed)}")
