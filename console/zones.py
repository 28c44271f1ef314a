"""The time zone that a person reads in: one at a time, and it is named in the address of the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from zoneinfo import ZoneInfo, available_timezones

from flask import abort, request

from console.access import viewer

COMMON = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "UTC",
)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def reader_zone() -> ZoneInfo:
    """The zone of the address; without one, the zone of the person's account. Answers 400 for an unknown zone."""
    name = request.args.get("zone") or viewer().zone
    if not is_zone(name):
        abort(HTTPStatus.BAD_REQUEST, f"there is no time zone {name!r}: write it as in America/New_York")
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    """All names. To list them reads a thousand files, so it is done once."""
    return frozenset(available_timezones())


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Date and time to the second, for example `2026-11-30 08:15:02`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def time_of_day(moment: datetime, zone: ZoneInfo) -> str:
    """The time to the second, for example `08:15:02`."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def utc(moment: datetime) -> str:
    """RFC 3339, for programs."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def ago(moment: datetime, now: datetime) -> str:
    """How far away a moment is, for example `3 min ago` or `in 2 h`."""
    distance = now - moment
    span = length(abs(distance))
    return f"{span} ago" if distance >= timedelta() else f"in {span}"


def length(span: timedelta) -> str:
    """A span in its largest unit, rounded down."""
    seconds = int(span.total_seconds())
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def countdown(moment: datetime, now: datetime) -> str:
    """How long until a moment, to the second: `1:25`, `2:14:05`; `0:12 ago` once it is past."""
    seconds = int((moment - now).total_seconds())
    return stopwatch(timedelta(seconds=seconds)) if seconds >= 0 else f"{stopwatch(now - moment)} ago"


def stopwatch(span: timedelta) -> str:
    """A span to the second: `0:07`, `12:30`, `1:02:03`."""
    minutes, seconds = divmod(max(int(span.total_seconds()), 0), _MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
