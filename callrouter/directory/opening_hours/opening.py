"""Whether a center is open at a moment, and until when that holds. *Pure.*

docs/directory-file.md has the syntax and its meaning. Hours are local time in the center's zone: an hour that is
skipped in spring has no hours, one that is repeated in autumn has them twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from callrouter.directory.directory import Center, Directory, Helpline
from callrouter.directory.opening_hours.ambiguity import doubts_between
from callrouter.directory.opening_hours.fault import HoursFault, UnreadableHours
from callrouter.directory.opening_hours.parser import read_text
from callrouter.directory.opening_hours.rule import Rule, hours_on

LONGEST = timedelta(days=1)
"""how far ahead it looks"""
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a center is open, and a time (UTC) until which that holds. Ask again then."""

    is_open: bool
    until: datetime


def opening(center: Center, at: datetime) -> Opening:
    """Whether the center is open, and until when. By appointment counts as closed.

    Unreadable hours count as closed. They can only come from a version that was loaded when more was readable.
    """
    begins = at.astimezone(UTC)
    known: bool | None = None
    for begin, end, wall in _steady_clocks(ZoneInfo(center.timezone), begins, begins + LONGEST):
        is_open, changes = _by_the_wall(center.hours, wall)
        if known is not None and is_open is not known:
            return Opening(known, begin)
        known = is_open
        if changes - wall < end - begin:
            return Opening(known, begin + (changes - wall))
    return Opening(bool(known), begins + LONGEST)


def closed_seats(
    directory: Directory, helpline: Helpline, at: datetime, not_these: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The seats' centers that are closed now, without `not_these`. Empty if that would leave nobody."""
    others = {seat.center for seat in helpline.seats} - not_these
    closed = {key for key in others if not opening(directory.centers[key], at).is_open}
    return frozenset(closed) if closed < others else frozenset()


def fault_in_hours(hours: str) -> HoursFault | None:
    """The first fault or ambiguity of opening hours. None if there is none."""
    try:
        read = read_text(hours)
    except UnreadableHours as error:
        return error.fault
    return next(chain(read.doubts, doubts_between(read.rules)), None)


def _steady_clocks(
    zone: ZoneInfo, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """The time from `begin` to `end` in pieces without a clock change, each with its first local time."""
    local = begin.astimezone(zone)
    if local.utcoffset() != end.astimezone(zone).utcoffset():
        change = _clocks_change(zone, begin, end)
        yield begin, change, local.replace(tzinfo=None)
        begin, local = change, change.astimezone(zone)
    yield begin, end, local.replace(tzinfo=None)


def _clocks_change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first whole second with the offset of the end."""
    offset = end.astimezone(zone).utcoffset()
    before, after = (begin - _EPOCH) // _SECOND, -((_EPOCH - end) // _SECOND)
    while after - before > 1:
        middle = (before + after) // 2
        if (_EPOCH + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return _EPOCH + after * _SECOND


def _by_the_wall(hours: str, wall: datetime) -> tuple[bool, datetime]:
    """Whether it is open at a local time, and the next local time at which that changes, a day ahead at most."""
    for opens, closes in _open_around(hours, wall.date()):
        if wall < opens:
            return False, opens
        if wall < closes:
            return True, closes
    return False, wall + LONGEST


@lru_cache(maxsize=20_000)
def _open_around(hours: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The open times from the day before to the day after, in order, merged."""
    found: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(_open_on(_rules(hours), (day - _DAY, day, day + _DAY))):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)


def _open_on(rules: tuple[Rule, ...], days: tuple[date, ...]) -> Iterator[tuple[datetime, datetime]]:
    for day in days:
        midnight = datetime.combine(day, time())
        for opens, closes in hours_on(rules, day):
            yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


@lru_cache(maxsize=10_000)
def _rules(hours: str) -> tuple[Rule, ...]:
    try:
        return read_text(hours).rules
    except UnreadableHours:
        return ()
