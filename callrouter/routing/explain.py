"""Who would be rung now, who not and why: the rules of a decision, without taking one. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session, sql
from callrouter.directory.attempts import longest_attempt, unanswered_attempt
from callrouter.directory.directory import Center, Directory, Helpline, Listing, Seat
from callrouter.routing.ceiling import beyond_ceiling
from callrouter.routing.eligibility import LINES_BUSY, OTHER_LANGUAGE, Lineup, line_up, partner_forbids
from callrouter.routing.lines import BESET, beset_reasons
from callrouter.routing.rotation import UNITS, Pool, pick, ring
from callrouter.routing.row import (
    AS_IT_IS,
    Rotation,
    cap_reached,
    day_of,
    from_row,
    nothing_yet,
    turn_the_page,
)

WOULD_BE_RUNG = "would be rung"
NEXT = "next"
"""when those before it do not answer"""
NOT_THIS_TIME = "its turn is on a later call"
LATER_TIER = "only when nobody of a lower tier can be rung"

_MAY_BE_RUNG = frozenset({WOULD_BE_RUNG, NEXT, NOT_THIS_TIME, LATER_TIER, OTHER_LANGUAGE})

_POSITIONS = sql("SELECT center, position FROM seat WHERE helpline = :helpline")
_TAKEN_LINES = sql("SELECT center, calls_in_progress FROM availability WHERE calls_in_progress > 0")


@dataclass(frozen=True, slots=True)
class SeatNow:
    """How a seat stands at a moment."""

    seat: Seat
    credit: float
    """what it is owed, in calls"""
    turn: int | None
    """1: it would be rung; 2, 3 …: after so many others did not answer; None: not on this call"""
    standing: str
    """`would be rung`, `next`, or why not"""

    @property
    def may_be_rung(self) -> bool:
        """Whether only other seats stand before it."""
        return self.standing in _MAY_BE_RUNG


def explain(
    session: Session,
    directory: Directory,
    helpline: Helpline,
    state: str,
    at: datetime,
    *,
    simulated: bool = False,
) -> list[SeatNow]:
    """The seats of a helpline for a caller from this state, those that would be rung first."""
    position_of = _positions(session, helpline)
    rotation = _rotation(session, helpline, position_of, at)
    credits = {
        seat.center: rotation.credits.credit[position_of[seat.center]] / UNITS for seat in helpline.seats
    }
    lineup, _ = line_up(directory, helpline, state, at)
    beyond = beyond_ceiling(session, directory, credits, at, simulated=simulated)
    fast = _fast_reasons(session, directory, helpline, rotation, position_of, at)
    reasons = {**beyond, **fast, **lineup.skipped}
    rung = list(_one_after_another(directory, helpline, lineup, rotation, position_of, reasons))
    why_not = {**_why_later(helpline, lineup, rung, reasons), **reasons}
    seats = [_seat_now(seat, credits[seat.center], rung, why_not) for seat in helpline.seats]
    return sorted(seats, key=_those_that_would_be_rung_first)


def why_listing_is_not_rung(
    session: Session, directory: Directory, listing: Listing, at: datetime
) -> str | None:
    """Why the center of a listing would not be rung now; None where it would."""
    center = directory.centers[listing.center]
    if forbidden := partner_forbids(directory.partner_of(center.key), at):
        return forbidden
    return None if _has_line(center, dict(session.ask(_TAKEN_LINES))) else LINES_BUSY


def _positions(session: Session, helpline: Helpline) -> dict[str, int]:
    """Where each seat stands in the rotation's row; seats that were never decided about stand behind."""
    positions: dict[str, int] = dict(session.ask(_POSITIONS, helpline=helpline.key))
    for center in sorted({seat.center for seat in helpline.seats} - positions.keys()):
        positions[center] = len(positions)
    return positions


def _rotation(session: Session, helpline: Helpline, position_of: Mapping[str, int], at: datetime) -> Rotation:
    rows = session.ask(AS_IT_IS, helpline=helpline.key)
    rotation = from_row(helpline.key, rows[0]) if rows else nothing_yet(helpline.key)
    if not helpline.capped_seats:
        # Nothing is counted where there are no caps, and the next decision will store that.
        rotation.day = ""
    turn_the_page(session, rotation, helpline, position_of, day_of(helpline, at))
    return rotation


def _fast_reasons(
    session: Session,
    directory: Directory,
    helpline: Helpline,
    rotation: Rotation,
    position_of: Mapping[str, int],
    at: datetime,
) -> dict[str, str]:
    """Why seats cannot have a call at this very moment: caps, lines, pauses."""
    centers = [directory.centers[seat.center] for seat in helpline.seats]
    taken: dict[str, int] = dict(session.ask(_TAKEN_LINES))
    busy = {center.key: LINES_BUSY for center in centers if not _has_line(center, taken)}
    caps = {
        seat.center: cap_reached(rotation, seat, position_of[seat.center]) for seat in helpline.capped_seats
    }
    reached = {center: reason for center, reason in caps.items() if reason}
    return {**busy, **reached, **beset_reasons(session.ask(BESET), directory.centers, at)}


def _has_line(center: Center, taken: Mapping[str, int]) -> bool:
    return center.max_concurrent is None or taken.get(center.key, 0) < center.max_concurrent


def _one_after_another(
    directory: Directory,
    helpline: Helpline,
    lineup: Lineup,
    rotation: Rotation,
    position_of: Mapping[str, int],
    reasons: Mapping[str, str],
) -> Iterator[str]:
    """The centers that one call would ring if nobody answered, until its time is over."""
    passed_over, seconds_left = set(reasons), helpline.max_wait_seconds
    while True:
        pool = Pool.of(lineup.pool(helpline.languages[0], passed_over), position_of)
        if not pool.candidates:
            return
        index = pick(rotation.credits, pool)
        ring(rotation.credits, pool, index)
        center = directory.centers[pool.candidates[index].center]
        yield center.key
        seconds_left -= unanswered_attempt(center)
        passed_over |= {center.key, *_too_long(directory, lineup, seconds_left)}


def _too_long(directory: Directory, lineup: Lineup, seconds_left: int) -> set[str]:
    centers = directory.centers
    return {c.center for c in lineup.candidates if longest_attempt(centers[c.center]) > seconds_left}


def _why_later(
    helpline: Helpline, lineup: Lineup, rung: list[str], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Why seats that might have the call would not be rung on it."""
    tiers = {seat.center: seat.tier for seat in helpline.seats}
    lowest = tiers[rung[0]] if rung else 0
    later = {center: LATER_TIER if tier > lowest else NOT_THIS_TIME for center, tier in tiers.items()}
    others = lineup.not_speaking(helpline.languages[0], reasons)
    return {**later, **dict.fromkeys(others, OTHER_LANGUAGE)}


def _seat_now(seat: Seat, credit: float, rung: list[str], why_not: Mapping[str, str]) -> SeatNow:
    if seat.center not in rung:
        return SeatNow(seat, credit, None, why_not[seat.center])
    turn = rung.index(seat.center) + 1
    return SeatNow(seat, credit, turn, WOULD_BE_RUNG if turn == 1 else NEXT)


def _those_that_would_be_rung_first(seat: SeatNow) -> tuple[bool, int, bool, float]:
    return seat.turn is None, seat.turn or 0, seat.standing != NOT_THIS_TIME, -seat.credit
