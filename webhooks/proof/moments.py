"""Writes moments and durations as people read them, in a zone and a language. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callrouter.reports.caller_proof import local_moment

_MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}


@dataclass(frozen=True)
class Moments:
    """The zone and the language of a page."""

    zone: ZoneInfo
    language: str

    def of(self, moment: datetime | str) -> str:
        """A moment, or one as records have it."""
        local = local_moment(moment, self.zone) if isinstance(moment, str) else moment.astimezone(self.zone)
        month = _MONTHS[self.language][local.month - 1]
        if self.language == "es":
            return f"{local.day} de {month} de {local.year}, {local:%H:%M:%S} {local:%Z}"
        return f"{month} {local.day}, {local.year}, {local.hour % 12 or 12}:{local:%M:%S %p} {local:%Z}"

    def minutes(self, seconds: int) -> str:
        """A duration."""
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
