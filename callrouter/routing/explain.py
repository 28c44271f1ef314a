"""Explains the rotation: who would be rung now, who would not, and why. It changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.spend_cap import beyond_spend_cap
from callrouter.database import Session
from callrouter.directory.attempts import SpokenSeconds, longest_attempt, unanswered_attempt
from callrouter.directory.directory import Center, Directory, Helpline, Listing, Seat
from callrouter.routing.eligibility import LINES_BUSY, OTHER_LANGUAGE, Lineup, line_up, partner_forbids
from callrouter.routing.lines import unavailable_reasons
from callrouter.routing.model import Availability, SeatPosition
from callrouter.routing.rotation import UNITS, Pool, pick, ring
from callrouter.routing.rotation_state import (
    Rotation,
    cap_reached,
    day_of,
    possibly_unavailable,
    roll_over_caps,
    rotation_now,
)

WOULD_BE_RUNG = "would be rung"
NEXT = "next"
"""if those before it do not answer"""
NOT_THIS_TIME = "its turn is on a later call"
LATER_TIER = "only when nobody of a lower tier can be rung"

_MAY_BE_RUNG = frozenset({WOULD_BE_RUNG, NEXT, NOT_THIS_TIME, LATER_TIER, OTHER_LANGUAGE})

_POSITIONS = sa.select(SeatPosition.center, SeatPosition.position).where(
    SeatPosition.helpline == sa.bindparam("helpline")
)
_TAKEN_LINES = sa.select(Availability.center, Availability.calls_in_progress).where(
    Availability.calls_in_progress > 0
)


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """The status of a seat at a moment."""

    seat: Seat
    credit: float
    """what it is owed, in calls"""
    turn: int | None
    """1: it would be rung; 2, 3 …: if the seats before it do not answer; None: not on this call"""
    status: str
    """`would be rung`, `next`, or why not"""
    rung_after: int | None = None
    """the most seconds from the arrival until it would be rung, for a caller who presses no key"""

    @property
    def may_be_rung(self) -> bool:
        """Whether it is eligible, and only other seats are before it."""
        return self.status in _MAY_BE_RUNG


@dataclass(frozen=True, slots=True)
class ExplainedCall:
    """The call for which the rotation is explained."""

    state: str
    """the caller's, two letters; may be empty"""
    at: datetime
    simulated: bool = False


def explain(
    session: Session, directory: Directory, helpline: Helpline, call: ExplainedCall, spoken: SpokenSeconds
) -> list[SeatStatus]:
    """The seats of a helpline for this call. Those that would be rung come first."""
    at = call.at
    position_of = _positions(session, helpline)
    rotation = _rotation(session, helpline, position_of, at)
    credits = {
        seat.center: rotation.credits.credit[position_of[seat.center]] / UNITS for seat in helpline.seats
    }
    lineup, _ = line_up(directory, helpline, call.state, at)
    beyond = beyond_spend_cap(session, directory, credits, at, simulated=call.simulated)
    fast = _fast_reasons(session, directory, helpline, rotation, position_of, at)
    reasons = {**beyond, **fast, **lineup.skipped}
    pools = _Pools(lineup, rotation, position_of, helpline.languages[0])
    rung = dict(_one_after_another(directory, helpline, pools, reasons, spoken))
    why_not = {**_why_later(helpline, lineup, list(rung), reasons), **reasons}
    seats = [_seat_now(seat, credits[seat.center], rung, why_not) for seat in helpline.seats]
    return sorted(seats, key=_those_that_would_be_rung_first)


def why_listing_is_not_rung(
    session: Session, directory: Directory, listing: Listing, at: datetime
) -> str | None:
    """Why the center of a listing would not be rung now. None: it would."""
    center = directory.centers[listing.center]
    if forbidden := partner_forbids(directory.partner_of(center.key), at):
        return forbidden
    return None if _has_line(center, _taken_lines(session)) else LINES_BUSY


def _positions(session: Session, helpline: Helpline) -> dict[str, int]:
    """The position of each seat. Seats that no decision has met come last."""
    rows = session.execute(_POSITIONS, {"helpline": helpline.key})
    positions = {row.center: row.position for row in rows}
    for center in sorted({seat.center for seat in helpline.seats} - positions.keys()):
        positions[center] = len(positions)
    return positions


def _rotation(session: Session, helpline: Helpline, position_of: Mapping[str, int], at: datetime) -> Rotation:
    rotation = rotation_now(session, helpline.key)
    if not helpline.capped_seats:
        # Calls are not counted without caps. The next decision stores that.
        rotation.day = ""
    roll_over_caps(session, rotation, helpline, position_of, day_of(helpline, at))
    return rotation


def _fast_reasons(
    session: Session,
    directory: Directory,
    helpline: Helpline,
    rotation: Rotation,
    position_of: Mapping[str, int],
    at: datetime,
) -> dict[str, str]:
    """Why seats cannot have a call at this moment: caps, lines, pauses."""
    centers = [directory.centers[seat.center] for seat in helpline.seats]
    taken = _taken_lines(session)
    busy = {center.key: LINES_BUSY for center in centers if not _has_line(center, taken)}
    caps = {
        seat.center: cap_reached(rotation, seat, position_of[seat.center]) for seat in helpline.capped_seats
    }
    reached = {center: reason for center, reason in caps.items() if reason}
    return {**busy, **reached, **unavailable_reasons(possibly_unavailable(session), directory.centers, at)}


def _taken_lines(session: Session) -> dict[str, int]:
    return {row.center: row.calls_in_progress for row in session.execute(_TAKEN_LINES)}


def _has_line(center: Center, taken: Mapping[str, int]) -> bool:
    return center.max_concurrent is None or taken.get(center.key, 0) < center.max_concurrent


@dataclass(frozen=True, slots=True)
class _Pools:
    """Picks seats as a call would, without storing the credits."""

    lineup: Lineup
    rotation: Rotation
    position_of: Mapping[str, int]
    language: str

    def next(self, passed_over: set[str]) -> str | None:
        """The center that is rung next, without these. None: nobody."""
        pool = Pool.of(self.lineup.pool(self.language, passed_over), self.position_of)
        if not pool.candidates:
            return None
        index = pick(self.rotation.credits, pool)
        ring(self.rotation.credits, pool, index)
        return pool.candidates[index].center


def _one_after_another(
    directory: Directory,
    helpline: Helpline,
    pools: _Pools,
    reasons: Mapping[str, str],
    spoken: SpokenSeconds,
) -> Iterator[tuple[str, int]]:
    """The centers that one call would ring in turn if nobody answered, each with its `rung_after`."""
    passed_over, seconds = set(reasons), spoken.greeting(helpline)
    centers = [directory.centers[seat.center] for seat in helpline.seats]
    announcements = {center.key: spoken.announcement(center, pools.language) for center in centers}
    while key := pools.next(passed_over):
        center = directory.centers[key]
        yield key, seconds + announcements[key]
        seconds += announcements[key] + unanswered_attempt(center)
        left = helpline.max_wait_seconds - seconds
        passed_over |= {key, *(c.key for c in centers if announcements[c.key] + longest_attempt(c) > left)}


def _why_later(
    helpline: Helpline, lineup: Lineup, rung: list[str], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Why eligible seats would not be rung on this call."""
    tiers = {seat.center: seat.tier for seat in helpline.seats}
    lowest = tiers[rung[0]] if rung else 0
    later = {center: LATER_TIER if tier > lowest else NOT_THIS_TIME for center, tier in tiers.items()}
    others = lineup.not_speaking(helpline.languages[0], reasons)
    return {**later, **dict.fromkeys(others, OTHER_LANGUAGE)}


def _seat_now(seat: Seat, credit: float, rung: Mapping[str, int], why_not: Mapping[str, str]) -> SeatStatus:
    if seat.center not in rung:
        return SeatStatus(seat, credit, None, why_not[seat.center])
    turn = list(rung).index(seat.center) + 1
    return SeatStatus(seat, credit, turn, WOULD_BE_RUNG if turn == 1 else NEXT, rung[seat.center])


def _those_that_would_be_rung_first(seat: SeatStatus) -> tuple[bool, int, bool, float]:
    return seat.turn is None, seat.turn or 0, seat.status != NOT_THIS_TIME, -seat.credit
