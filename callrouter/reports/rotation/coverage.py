"""When a helpline has somebody who is open, over one week. *Pure.*"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callrouter.directory.directory import Center, Directory, Helpline
from callrouter.directory.opening_hours.opening import opening

DAYS, HOURS = 7, 24
_HOUR = timedelta(hours=1)
_MINUTES_OF_DAY = 1440
_MOST_WEEKS = 1_000


@dataclass(frozen=True, slots=True)
class CoveredHour:
    """An hour of the week and how many of the helpline's centers are open for all of it."""

    begins: datetime
    open_centers: int


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A part of a day in which a center is open, in minutes on its clocks; 1440 is the day's end."""

    day: date
    opens: int
    closes: int

    @property
    def in_words(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


def open_week(center: Center, now: datetime) -> list[OpenSpan]:
    """When a center is open in the week that `now` is in, from Monday, in its zone."""
    begins, ends = _week(ZoneInfo(center.timezone), now)
    return [
        span
        for since, until in _open_times(center, begins, ends)
        for span in _by_day(since.astimezone(ZoneInfo(center.timezone)), until, ZoneInfo(center.timezone))
    ]


def _by_day(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[OpenSpan]:
    """One span for each day, as clocks show it."""
    last = until.astimezone(zone)
    for number in range((last.date() - since.date()).days + 1):
        day = since.date() + timedelta(days=number)
        opens = _minute(since) if day == since.date() else 0
        closes = _minute(last) if day == last.date() else _MINUTES_OF_DAY
        if opens < closes:
            yield OpenSpan(day, opens, closes)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _week(zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of the week, and of the next."""
    monday = now.astimezone(zone).date() - timedelta(days=now.astimezone(zone).weekday())
    first, last = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(days=DAYS)))
    return first.astimezone(UTC), last.astimezone(UTC)


def coverage(directory: Directory, helpline: Helpline, now: datetime) -> list[CoveredHour]:
    """The hours of the week that `now` is in, from Monday, in the helpline's zone.

    A day on which clocks change has 23 or 25 hours. A center of a partner that is not verified counts for nothing.
    """
    zone = ZoneInfo(helpline.timezone)
    begins, ends = _week(zone, now)
    hours = int((ends - begins) / _HOUR)
    counts = [0] * hours
    # Many centers have the same hours: each is worked out once.
    alike = Counter((center.hours, center.timezone) for center in _centers(directory, helpline))
    some = {(center.hours, center.timezone): center for center in _centers(directory, helpline)}
    for of_hours, number in alike.items():
        for hour in _open_hours(some[of_hours], begins, hours):
            counts[hour] += number
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
    for since, until in _open_times(center, begins, begins + hours * _HOUR):
        first = -((begins - since) // _HOUR)
        yield from range(first, (until - begins) // _HOUR)


def _open_times(center: Center, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Since when and until when the center is open, within these moments."""
    at, open_since = begins, None
    while at < ends:
        found = opening(center, at)
        if found.is_open and open_since is None:
            open_since = at
        until = min(found.until, ends)
        if open_since is not None and (not found.is_open or until == ends):
            yield open_since, until if found.is_open else at
            open_since = None
        at = until
