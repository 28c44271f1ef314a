"""Whether a center is open at a moment, and until when that holds. *Pure.*

What may be written, and what it means, stands in docs/directory-file.md. Hours are what a clock on the wall shows in
the center's zone: an hour that spring leaves out has no hours, one that autumn repeats has them twice.
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
"""How far ahead anybody looks."""
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A center is open, or is not, at least until a moment (UTC); what comes then must be asked again."""

    is_open: bool
    until: datetime


def opening(center: Center, at: datetime) -> Opening:
    """Whether the center is open, and until when; by appointment is closed.

    Hours that cannot be read are closed. They can only be of a version that was loaded when more was read.
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
    """The other seats' centers that are closed now; none, where that would leave nobody."""
    others = {seat.center for seat in helpline.seats} - not_these
    closed = {key for key in others if not opening(directory.centers[key], at).is_open}
    return frozenset(closed) if closed < others else frozenset()


def fault_in_hours(hours: str) -> HoursFault | None:
    """What cannot be read in opening hours, or could be read in two ways; None where all is clear."""
    try:
        read = read_text(hours)
    except UnreadableHours as error:
        return error.fault
    return next(chain(read.doubts, doubts_between(read.rules)), None)


def _steady_clocks(
    zone: ZoneInfo, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """The time from `begin` to `end` in pieces within which no clock is changed, each with its first wall time."""
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
    """Whether it is open at a wall time, and the next wall time at which that changes, a day ahead at most."""
    for opens, closes in _open_around(hours, wall.date()):
        if wall < opens:
            return False, opens
        if wall < closes:
            return True, closes
    return False, wall + LONGEST


@lru_cache(maxsize=20_000)
def _open_around(hours: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When it is open between the day before and the day after, in order, without gaps of no length."""
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
