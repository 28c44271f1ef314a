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
    """A seat's fair part of the calls of its tier, as percent; None: there is no such seat."""

    center: str
    before: float | None
    after: float | None


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
    effects = (_effect(key, before, after, now, spoken) for key in keys)
    return [effect for effect in effects if effect.changes]


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
            ShareChange(center, _percent(shares_before.get(center)), _percent(shares_after.get(center)))
            for center in dict.fromkeys((*shares_before, *shares_after))
            if shares_before.get(center) != shares_after.get(center)
        ],
    )


def _shares(helpline: Helpline | None) -> dict[str, Fraction]:
    """Each seat's weight among those of its tier, while all of them are eligible."""
    if helpline is None:
        return {}
    sums: dict[int, int] = {}
    for seat in helpline.seats:
        sums[seat.tier] = sums.get(seat.tier, 0) + seat.weight
    return {seat.center: Fraction(seat.weight, sums[seat.tier]) for seat in helpline.seats}


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share * 100), 1)
