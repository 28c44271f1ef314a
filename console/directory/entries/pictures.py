"""The week of a center and of a helpline, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from callrouter.directory.directory import Center, Directory, Helpline
from callrouter.directory.opening_hours.opening import Opening, opening
from callrouter.directory.single_entries.entry import CENTERS, HELPLINES, EntryName
from callrouter.reports.rotation.coverage import CoveredHour, OpenSpan, coverage, open_week, uncovered_hours


@dataclass(frozen=True, slots=True)
class CenterPicture:
    """When a center is open this week, in its zone."""

    center: Center
    now: Opening
    spans: list[OpenSpan]

    @property
    def days(self) -> dict[date, list[OpenSpan]]:
        """Each day that has hours, with them."""
        found: dict[date, list[OpenSpan]] = {}
        for span in self.spans:
            found.setdefault(span.day, []).append(span)
        return found

    @property
    def hours(self) -> float:
        """How many hours of the week it is open."""
        return sum(span.closes - span.opens for span in self.spans) / 60


@dataclass(frozen=True, slots=True)
class HelplinePicture:
    """How many centers of a helpline are open at each hour of this week, in its zone."""

    helpline: Helpline
    hours: list[CoveredHour]

    @property
    def uncovered(self) -> int:
        return uncovered_hours(self.hours)


Picture = CenterPicture | HelplinePicture


def picture_of(directory: Directory, name: EntryName, now: datetime) -> Picture | None:
    """The week of this entry. None where it has none."""
    if name.kind == CENTERS and name.key in directory.centers:
        center = directory.centers[name.key]
        return CenterPicture(center, opening(center, now), open_week(center, now))
    if name.kind == HELPLINES and name.key in directory.helplines:
        helpline = directory.helplines[name.key]
        return HelplinePicture(helpline, coverage(directory, helpline, now))
    return None
