"""Centers as they are at this moment: open, closed, paused, busy, or not to be rung at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from callrouter.directory.directory import Center, Directory
from callrouter.directory.opening_hours.opening import LONGEST, Opening, opening
from callrouter.routing.eligibility import partner_forbids
from callrouter.routing.model import Availability, CenterPause

_AVAILABILITY = sa.select(
    Availability.center, Availability.calls_in_progress, Availability.paused_until, Availability.pause_reason
).where(sa.or_(Availability.calls_in_progress > 0, Availability.paused_until.is_not(None)))


_PAUSES_SET = (
    sa.select(CenterPause.center, CenterPause.until, CenterPause.reason)
    .where(CenterPause.at <= sa.bindparam("at"))
    .ext(distinct_on(CenterPause.center))
    .order_by(CenterPause.center, CenterPause.at.desc(), CenterPause.id.desc())
)


class StoredAvailability(NamedTuple):
    """The pause of a center at a moment of the past. Whether its lines were taken is not kept."""

    paused_until: datetime | None
    pause_reason: str | None
    calls_in_progress: int = 0


class CenterState(StrEnum):
    """What a center is at a moment. The first that holds: forbidden, paused, closed, busy, open."""

    OPEN = "open"
    BUSY = "busy"
    PAUSED = "paused"
    CLOSED = "closed"
    FORBIDDEN = "not to be rung"


@dataclass(frozen=True, slots=True)
class CenterNow:
    """A center, and its state. `until` is when the state changes by itself, as far as that is known.

    `calls` is how many lines are taken, of `lines`; None: there is no limit. `reason` is why it is paused or not rung.
    """

    key: str
    name: str
    partner: str
    state: CenterState
    until: datetime | None
    reason: str | None
    calls: int
    lines: int | None


class Openings:
    """Whether centers are open, worked out again only when that may have changed."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._known: dict[str, tuple[datetime, Opening]] = {}

    def of(self, center: Center, at: datetime) -> Opening:
        """Whether the center is open, and until when."""
        known = self._known.get(center.key)
        if known is None or not known[0] <= at < known[1].until:
            known = self._known[center.key] = at, opening(center, at)
        return known[1]

    def change(self, center: Center, at: datetime) -> datetime | None:
        """When it opens or closes next; None: not within a day."""
        until = self.of(center, at).until
        return until if until < self._known[center.key][0] + LONGEST else None


def centers_now(connection: sa.Connection, openings: Openings, now: datetime) -> list[CenterNow]:
    """Every center of the directory in force, by its key."""
    rows = {row.center: row for row in connection.execute(_AVAILABILITY)}
    centers = sorted(openings.directory.centers.items())
    return [_center_now(openings, center, rows.get(key), now) for key, center in centers]


def centers_at(connection: sa.Connection, openings: Openings, at: datetime) -> list[CenterNow]:
    """Every center at a moment of the past, by its key: as the directory had it, with its pause, without its calls.

    Pauses are those at the beginning of the minute. A pause begins with a call that was missed, and nobody shall learn
    its second here.
    """
    rows = {
        row.center: StoredAvailability(row.until, row.reason)
        for row in connection.execute(_PAUSES_SET, {"at": at.replace(second=0, microsecond=0)})
    }
    centers = sorted(openings.directory.centers.items())
    return [_center_now(openings, center, rows.get(key), at) for key, center in centers]


def count_states(centers: Iterable[CenterNow]) -> dict[CenterState, int]:
    """How many centers are in each state, those with none included."""
    counted = Counter(center.state for center in centers)
    return {state: counted[state] for state in CenterState}


def _center_now(openings: Openings, center: Center, row: Any | None, now: datetime) -> CenterNow:
    calls = row.calls_in_progress if row else 0
    paused_until = row.paused_until if row else None
    opened = openings.of(center, now)
    forbidden = partner_forbids(openings.directory.partners[center.partner], now)
    reason: str | None = None
    until = openings.change(center, now)
    if forbidden:
        state, until, reason = CenterState.FORBIDDEN, None, forbidden
    elif paused_until and paused_until > now:
        state, until, reason = CenterState.PAUSED, paused_until, row.pause_reason if row else None
    elif not opened.is_open:
        state = CenterState.CLOSED
    elif center.max_concurrent is not None and calls >= center.max_concurrent:
        state, until = CenterState.BUSY, None
    else:
        state = CenterState.OPEN
    return CenterNow(
        center.key, center.name, center.partner, state, until, reason, calls, center.max_concurrent
    )
