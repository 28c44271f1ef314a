"""What a change of the directory does to callers and to turns, before it is made. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from callrouter.directory.attempts import SpokenSeconds, longest_wait
from callrouter.directory.directory import Directory, Helpline
from callrouter.reports.coverage import coverage, uncovered_hours


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A seat's tier, and its fair part of the calls of its tier as percent; None: there is no such seat."""

    center: str
    tier_before: int | None
    before: float | None
    tier_after: int | None
    after: float | None

    @property
    def loses_turns(self) -> bool:
        """Whether it is rung less: it goes, it is rung after another tier, or its part is smaller."""
        if self.tier_before is None or self.before is None:
            return False
        if self.tier_after is None or self.after is None:
            return True
        return (self.tier_after, -self.after) > (self.tier_before, -self.before)


@dataclass(frozen=True, slots=True)
class HelplineEffect:
    """One helpline before and after; None: it is not there."""

    helpline: str
    wait_before: int | None
    wait_after: int | None
    uncovered_before: int | None
    uncovered_after: int | None
    shares: list[ShareChange]
    """the seats whose share changes"""

    @property
    def changes(self) -> bool:
        return bool(
            self.shares
            or self.wait_before != self.wait_after
            or self.uncovered_before != self.uncovered_after
        )


def directory_effect(
    before: Directory, after: Directory, now: datetime, spoken: SpokenSeconds
) -> list[HelplineEffect]:
    """The effect on each helpline that changes."""
    keys = dict.fromkeys((*before.helplines, *after.helplines))
    touched = (key for key in keys if not _stays(key, before, after))
    effects = (_effect(key, before, after, now, spoken) for key in touched)
    return [effect for effect in effects if effect.changes]


def _stays(key: str, before: Directory, after: Directory) -> bool:
    """Whether a helpline, its centers and their partners are the same, so that nothing needs to be computed."""
    was, will_be = before.helplines.get(key), after.helplines.get(key)
    return (
        was is not None
        and was == will_be
        and all(
            before.centers[seat.center] == after.centers[seat.center]
            and before.partner_of(seat.center).status == after.partner_of(seat.center).status
            for seat in was.seats
        )
    )


def _effect(
    key: str, before: Directory, after: Directory, now: datetime, spoken: SpokenSeconds
) -> HelplineEffect:
    was, will_be = before.helplines.get(key), after.helplines.get(key)
    shares_before, shares_after = _shares(was), _shares(will_be)
    return HelplineEffect(
        key,
        longest_wait(before, was, spoken) if was else None,
        longest_wait(after, will_be, spoken) if will_be else None,
        uncovered_hours(coverage(before, was, now)) if was else None,
        uncovered_hours(coverage(after, will_be, now)) if will_be else None,
        [
            ShareChange(center, *_part(shares_before.get(center)), *_part(shares_after.get(center)))
            for center in dict.fromkeys((*shares_before, *shares_after))
            if shares_before.get(center) != shares_after.get(center)
        ],
    )


Share = tuple[int, Fraction]
"""a seat's tier, and its part of the tier's calls"""


def _shares(helpline: Helpline | None) -> dict[str, Share]:
    """Each seat's weight among those of its tier, while all of them are eligible."""
    if helpline is None:
        return {}
    sums: dict[int, int] = {}
    for seat in helpline.seats:
        sums[seat.tier] = sums.get(seat.tier, 0) + seat.weight
    return {seat.center: (seat.tier, Fraction(seat.weight, sums[seat.tier])) for seat in helpline.seats}


def _part(share: Share | None) -> tuple[int | None, float | None]:
    return (None, None) if share is None else (share[0], round(float(share[1] * 100), 1))
