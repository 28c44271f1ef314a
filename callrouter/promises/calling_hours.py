"""Calling hours: when a caller may be called, in the time zone of the caller's number. *Pure.*

Source: 47 CFR 64.1200(c)(1): not before 8 a.m. and not after 9 p.m. where the called party is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from callrouter.area_zones import ZONES_OF_AREA_CODE

ANYWHERE = ("America/New_York", "America/Los_Angeles")
"""for area codes without a known zone: calls are allowed when it is day on both coasts"""


@dataclass(frozen=True, slots=True)
class CallingHours:
    """The hours of a day in which people may be called, in their own time zone."""

    begin: time
    end: time

    def next_allowed(self, area_code: str, at: datetime) -> datetime:
        """Return the first moment from `at` on that is within calling hours in every zone the number may be in."""
        moment, zones = at, ZONES_OF_AREA_CODE.get(area_code, ANYWHERE)
        while (later := max(self._in_zone(ZoneInfo(zone), moment) for zone in zones)) > moment:
            moment = later
        return moment

    def allow(self, area_code: str, at: datetime, duration: timedelta) -> bool:
        """Whether calls are allowed from this moment until `duration` later."""
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
"""for the simulated carrier, which wakes nobody"""


def calling_hours(*, quiet: bool) -> CallingHours:
    """Return the hours in force. `quiet` is False only with the simulated carrier, which wakes nobody."""
    return BY_DAY if quiet else AT_ANY_HOUR
