"""Moments and periods of an address, in the reader's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import request

from callrouter.errors import Fault
from callrouter.reports.period import YEARS, Period, moment
from console.frame import asked_at
from console.zones import reader_zone


@dataclass(frozen=True, slots=True)
class WrittenPeriod:
    """The period of an address, as it was written and what it means."""

    since: str
    until: str
    period: Period

    @property
    def written(self) -> dict[str, str]:
        """What an address needs to mean the same period."""
        values = {"since": self.since, "until": self.until}
        return {name: value for name, value in values.items() if value}


def written_period(days: int) -> WrittenPeriod:
    """The period of the address; without `since`, today and the days before it. Raises Fault."""
    since, until = (request.args.get(name, "").strip() for name in ("since", "until"))
    begin = read_moment(since) or _first_of(days)
    return WrittenPeriod(since, until, Period(begin, read_moment(until)))


def local_moment(text: str) -> datetime:
    """A moment as a browser's field for date and time writes it, in the reader's zone. Raises Fault."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Fault(f"{text[:40]!r} is no time: write it as in 2026-11-30T18:00") from None
    if found.year not in YEARS:
        raise Fault(f"{text!r} is too far away: write a year from {YEARS[0]} to {YEARS[-1]}")
    return found if found.tzinfo else found.replace(tzinfo=reader_zone())


def _first_of(days: int) -> datetime:
    zone = reader_zone()
    day = asked_at().astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(day, time(), zone)


def read_moment(text: str | None) -> datetime | None:
    """A date or a time of an address; a date begins in the reader's zone. None: there is none. Raises Fault."""
    if not text:
        return None
    try:
        return moment(text, reader_zone())
    except ValueError as error:
        raise Fault(str(error)) from None
