"""When a helpline has somebody who is open, over one week. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callrouter.directory.directory import Center, Directory, Helpline
from callrouter.directory.opening_hours.opening import opening

DAYS, HOURS = 7, 24
_HOUR = timedelta(hours=1)
_MOST_WEEKS = 1_000


@dataclass(frozen=True, slots=True)
class CoveredHour:
    """An hour of the week and how many of the helpline's centers are open for all of it."""

    begins: datetime
    open_centers: int


def coverage(directory: Directory, helpline: Helpline, now: datetime) -> list[CoveredHour]:
    """The hours of the week that `now` is in, from Monday, in the helpline's zone.

    A day on which clocks change has 23 or 25 hours. A center of a partner that is not verified counts for nothing.
    """
    zone = ZoneInfo(helpline.timezone)
    monday = now.astimezone(zone).date() - timedelta(days=now.astimezone(zone).weekday())
    begins = datetime.combine(monday, time(), zone).astimezone(ZoneInfo("UTC"))
    ends = datetime.combine(monday + timedelta(days=DAYS), time(), zone).astimezone(ZoneInfo("UTC"))
    hours = int((ends - begins) / _HOUR)
    counts = [0] * hours
    for center in _centers(directory, helpline):
        for hour in _open_hours(center, begins, hours):
            counts[hour] += 1
    return [CoveredHour((begins + hour * _HOUR).astimezone(zone), count) for hour, count in enumerate(counts)]


class Coverages:
    """Weeks of helplines, each computed once: they change only with the directory's version and on Mondays."""

    def __init__(self) -> None:
        self._version = -1
        self._known: dict[tuple[str, date], list[CoveredHour]] = {}

    def of(self, directory: Directory, helpline: Helpline, now: datetime) -> list[CoveredHour]:
        """As `coverage`."""
        if directory.version != self._version or len(self._known) > _MOST_WEEKS:
            self._version, self._known = directory.version, {}
        local = now.astimezone(ZoneInfo(helpline.timezone)).date()
        key = helpline.key, local - timedelta(days=local.weekday())
        if key not in self._known:
            self._known[key] = coverage(directory, helpline, now)
        return self._known[key]


def uncovered_hours(hours: list[CoveredHour]) -> int:
    """How many hours nobody is open."""
    return sum(hour.open_centers == 0 for hour in hours)


def _centers(directory: Directory, helpline: Helpline) -> Iterator[Center]:
    for key in {seat.center for seat in helpline.seats}:
        if directory.partner_of(key).status == "verified":
            yield directory.centers[key]


def _open_hours(center: Center, begins: datetime, hours: int) -> Iterator[int]:
    """The hours, counted from `begins`, for all of which the center is open."""
    ends = begins + hours * _HOUR
    at, open_since = begins, None
    while at < ends:
        found = opening(center, at)
        if found.is_open and open_since is None:
            open_since = at
        until = min(found.until, ends)
        if open_since is not None and (not found.is_open or until == ends):
            yield from _whole_hours(begins, open_since, until if found.is_open else at)
            open_since = None
        at = until


def _whole_hours(begins: datetime, since: datetime, until: datetime) -> Iterator[int]:
    first = -((begins - since) // _HOUR)
    yield from range(first, (until - begins) // _HOUR)
