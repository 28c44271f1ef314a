"""Calling hours: when a caller may be called, by the clock of where the number belongs. *Pure.*

Source: 47 CFR 64.1200(c)(1), not before 8 in the morning nor after 9 at night, at the called party's location.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from callrouter.area_zones import ZONES_OF_AREA_CODE

ANYWHERE = ("America/New_York", "America/Los_Angeles")
"""Where an area code tells nothing: the hours at which it is day on both coasts."""


@dataclass(frozen=True, slots=True)
class CallingHours:
    """From when until when people may be called, by the clock where they are."""

    begin: time
    end: time

    def next_allowed(self, area_code: str, at: datetime) -> datetime:
        """The first moment, from this one on, within calling hours in every zone that the number may be in."""
        moment, zones = at, ZONES_OF_AREA_CODE.get(area_code, ANYWHERE)
        while (later := max(self._in_zone(ZoneInfo(zone), moment) for zone in zones)) > moment:
            moment = later
        return moment

    def allow(self, area_code: str, at: datetime, duration: timedelta) -> bool:
        """Whether calls are allowed from this moment on for so long."""
        return all(self.next_allowed(area_code, moment) == moment for moment in (at, at + duration))

    def _in_zone(self, zone: ZoneInfo, at: datetime) -> datetime:
        local = at.astimezone(zone)
        if local.time() < self.begin:
            return datetime.combine(local.date(), self.begin, zone)
        if local.time() >= self.end:
            return datetime.combine(local.date() + timedelta(days=1), self.begin, zone)
        return at


BY_DAY = CallingHours(time(8), time(21))
AT_ANY_HOUR = CallingHours(time.min, time.max)
"""Where the carrier is played and nobody can be woken."""


def calling_hours(*, quiet: bool) -> CallingHours:
    """The hours in force: nights are quiet, unless nobody can be woken."""
    return BY_DAY if quiet else AT_ANY_HOUR
