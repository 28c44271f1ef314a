"""Shares of the calls as everybody may read them: whole percents of whole days, and none of a few calls.

They are of the 30 days before a day of UTC began, whatever the moment asked for. Shares up to a moment would tell, by
two moments between which one caller called, whom that caller reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.reports.period import Period
from callrouter.reports.rotation.shares import NumberRange, shares
from callrouter.routing.model import DecisionRow

DAYS = 30
FEWEST_CALLS = 20
"""Below it a share would tell of single callers."""
_MOST_KEPT = 2_000


class SharePercent(NamedTuple):
    """What a center had of a helpline's calls, and its fair share, in whole percents."""

    actual: int
    fair: int


@dataclass(frozen=True, slots=True)
class PublicShares:
    """The shares of a helpline's centers. None: too few calls to say."""

    of_center: Mapping[str, SharePercent] | None


def share_period(at: datetime) -> Period:
    """The 30 days before the day (UTC) of this moment."""
    until = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    return Period(until - timedelta(days=DAYS), until)


class ShareCache:
    """Shares by helpline and day. Each is computed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, datetime | None], PublicShares] = {}

    def of(self, connection: sa.Connection, helpline: str, at: datetime) -> PublicShares:
        """The shares of the 30 days before the day of this moment."""
        period = share_period(at)
        key = helpline, period.until
        if key not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known = {}
            self._known[key] = _public_shares(connection, helpline, period)
        return self._known[key]


def _public_shares(connection: sa.Connection, helpline: str, period: Period) -> PublicShares:
    found = shares(connection, helpline, period)
    if not found.picks or not _has_enough_calls(connection, helpline, found.numbers):
        return PublicShares(None)
    return PublicShares(
        {
            seat.center: SharePercent(_percent(seat.actual, found.picks), _percent(seat.fair, found.picks))
            for seat in found.seats
        }
    )


def _percent(part: float, whole: int) -> int:
    return round(100 * part / whole)


def _has_enough_calls(connection: sa.Connection, helpline: str, numbers: NumberRange) -> bool:
    """A call with several attempts counts once."""
    calls = (
        sa.select(DecisionRow.call)
        .distinct()
        .where(
            DecisionRow.helpline == helpline,
            DecisionRow.number > numbers.above,
            DecisionRow.number <= numbers.last,
            DecisionRow.center.is_not(None),
            DecisionRow.undone_after.is_(None),
        )
        .limit(FEWEST_CALLS)
    )
    found: int = connection.execute(sa.select(sa.func.count()).select_from(calls.subquery())).scalar_one()
    return found == FEWEST_CALLS
