"""Whether a center is open at a moment, and until when that holds. *Pure.*

Opening hours are written in OpenStreetMap's `opening_hours` syntax and read by the library of that name, with
the public holidays of the United States:
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub lacks the error

from callrouter.directory.directory import Center, Directory, Helpline

LONGEST = timedelta(days=1)
"""How far ahead anybody looks: far changes cost the library up to 0.7 s."""
_COMMENT = re.compile('"[^"]*"')
_SUN = re.compile("sunrise|sunset|dawn|dusk", re.IGNORECASE)
_TICK = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """A center is open, or is not, at least until a moment (UTC); what comes then must be asked again."""

    is_open: bool
    until: datetime


def opening(center: Center, at: datetime) -> Opening:
    """Whether the center is open; hours that the library calls unknown are closed."""
    zone = ZoneInfo(center.timezone)
    hours = _expression(center.hours, center.timezone)
    local = at.astimezone(zone)
    # A day later by the clock on the wall may be in the hour that spring leaves out, which the library refuses.
    _, ends, state, _ = next(hours.intervals(local, (at.astimezone(UTC) + LONGEST).astimezone(zone)))
    return Opening(state == State.OPEN, _before_clocks_change(local, ends))


def closed_seats(
    directory: Directory, helpline: Helpline, at: datetime, not_these: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The other seats' centers that are closed now; none, where that would leave nobody."""
    others = {seat.center for seat in helpline.seats} - not_these
    closed = {key for key in others if not opening(directory.centers[key], at).is_open}
    return frozenset(closed) if closed < others else frozenset()


def fault_in_hours(hours: str) -> str | None:
    """What the reader of opening hours does not understand; None where it understands all.

    Hours by the sun are not understood: we do not know where a center is, and some of them crash the library.
    """
    without_comments = _COMMENT.sub(lambda comment: " " * len(comment[0]), hours)
    if by_the_sun := _SUN.search(without_comments):
        return hours[by_the_sun.start() :]
    try:
        OpeningHours(hours, timezone=ZoneInfo("America/New_York"), country="US")
    except ParserError as error:
        return _unread(hours, str(error))
    return None


@lru_cache(maxsize=10_000)
def _expression(hours: str, timezone: str) -> OpeningHours:
    return OpeningHours(hours, timezone=ZoneInfo(timezone), country="US")


def _before_clocks_change(local: datetime, ends: datetime) -> datetime:
    """The library thinks in wall time, and an hour that comes twice has two openings.

    So nothing is said across a change of the clocks. All zones change theirs at a quarter of an hour.
    """
    if ends.utcoffset() == local.utcoffset():
        return ends.astimezone(UTC)
    return _EPOCH + ((local - _EPOCH) // _TICK + 1) * _TICK


def _unread(hours: str, told: str) -> str:
    column = re.search(r"--> 1:(\d+)", told)
    return hours[int(column[1]) - 1 :] if column else hours
