"""The fair and the actual share of each seat of a helpline over a period, and the picks that they count.

A pick that was undone (busy or failed) gave and took nothing, so it counts for neither share.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.reports.calls.decisions import Lineups
from callrouter.reports.period import Period
from callrouter.routing.model import DecisionRow

CREDIT_BOUND = 1.5
"""How far a credit is from 0 at the most, in calls (docs/decisions/0015-how-far-a-credit-can-go.md)."""
PERIOD_BOUND = 2 * CREDIT_BOUND
"""How far apart the shares of a period are at the most: its first credit and its last are each within the bound."""

COUNTED, UNDONE, NOBODY = COUNTS = ("counted", "undone", "nobody")
"""what a decision counts as: a pick, a pick that was taken back, or that nobody was eligible"""

_UNDONE = DecisionRow.undone_after.is_not(None)
_COUNTS = {
    COUNTED: sa.and_(DecisionRow.center.is_not(None), ~_UNDONE),
    UNDONE: _UNDONE,
    NOBODY: DecisionRow.center.is_(None),
}


class NumberRange(NamedTuple):
    """The decisions of a period: those whose number is beyond `above`, up to `last`."""

    above: int
    last: int


@dataclass(frozen=True, slots=True)
class SeatShare:
    """A seat over a period. `fair` and `actual` are calls; `undone` picks count for neither."""

    center: str
    fair: float
    actual: int
    undone: int

    @property
    def difference(self) -> float:
        """Calls that it had beyond its fair share."""
        return self.actual - self.fair


@dataclass(frozen=True, slots=True)
class Shares:
    """The seats of a helpline over a period, by their centers' keys, and decisions in which nobody was eligible."""

    numbers: NumberRange
    seats: list[SeatShare]
    nobody: int

    @property
    def picks(self) -> int:
        """Picks that count: the sum of the actual shares, and of the fair ones."""
        return sum(seat.actual for seat in self.seats)

    @property
    def furthest(self) -> float:
        """The most that any seat is away from its fair share, in calls."""
        return max((abs(seat.difference) for seat in self.seats), default=0.0)


@dataclass(frozen=True, slots=True)
class WantedPicks:
    """Which picks of a helpline; None: whatever it is."""

    helpline: str
    numbers: NumberRange
    center: str | None = None
    count: str | None = None
    """one of COUNTS"""


class Pick(NamedTuple):
    """A decision, and the call for which it was taken. `center` None: nobody was eligible."""

    number: int
    decided_at: datetime
    call: str
    attempt: int
    center: str | None
    language: str
    undone: bool


class PickPage(NamedTuple):
    """Some picks, the latest first. `older` is the number before which the next page begins; None: there is none."""

    picks: list[Pick]
    total: int
    older: int | None


def numbers_of(connection: sa.Connection, helpline: str, period: Period) -> NumberRange:
    """The decisions of a period. They are numbered 1, 2, 3 … in their order in time."""
    return NumberRange(
        _last_before(connection, helpline, period.since) if period.since else 0,
        _last_before(connection, helpline, period.until),
    )


def shares(connection: sa.Connection, helpline: str, period: Period) -> Shares:
    """The shares of each seat that was eligible or picked in the period."""
    numbers = numbers_of(connection, helpline, period)
    fair, actual, undone = (
        defaultdict[str, float](float),
        defaultdict[str, int](int),
        defaultdict[str, int](int),
    )
    nobody = 0
    lineups = Lineups(connection)
    for row in _counted(connection, helpline, numbers):
        if row.center is None:
            nobody += row.decisions
        elif row.undone:
            undone[row.center] += row.decisions
        else:
            actual[row.center] += row.decisions
            passed = {center for center, _ in json.loads(row.passed_over)}
            pool = lineups.of([row.lineup])[row.lineup].pool(row.language, passed)
            weights = sum(candidate.weight for candidate in pool)
            for candidate in pool:
                fair[candidate.center] += row.decisions * candidate.weight / weights
    seats = [
        SeatShare(center, fair[center], actual[center], undone[center])
        for center in sorted(fair.keys() | actual.keys() | undone.keys())
    ]
    return Shares(numbers, seats, nobody)


def pick_page(
    connection: sa.Connection, wanted: WantedPicks, size: int, *, before: int | None = None
) -> PickPage:
    """Up to `size` picks, the latest first: of all, or of those before a number."""
    conditions = list(_conditions(wanted))
    total = _count_picks(connection, wanted)
    query = sa.select(
        DecisionRow.number,
        DecisionRow.decided_at,
        DecisionRow.call,
        DecisionRow.attempt,
        DecisionRow.center,
        DecisionRow.language,
        _UNDONE,
    ).where(*conditions)
    if before is not None:
        query = query.where(DecisionRow.number < before)
    rows = connection.execute(query.order_by(DecisionRow.number.desc()).limit(size + 1))
    found = [Pick(*row) for row in rows]
    older = found[size - 1].number if len(found) > size else None
    return PickPage(found[:size], total, older)


def _count_picks(connection: sa.Connection, wanted: WantedPicks) -> int:
    if wanted.center is None and wanted.count is None:
        return wanted.numbers.last - wanted.numbers.above
    query = sa.select(sa.func.count()).select_from(DecisionRow).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def _conditions(wanted: WantedPicks) -> Iterator[sa.ColumnElement[bool]]:
    yield from _within(wanted.helpline, wanted.numbers)
    if wanted.center:
        yield DecisionRow.center == wanted.center
    if wanted.count:
        yield _COUNTS[wanted.count]


def _within(helpline: str, numbers: NumberRange) -> Iterator[sa.ColumnElement[bool]]:
    yield DecisionRow.helpline == helpline
    yield DecisionRow.number > numbers.above
    yield DecisionRow.number <= numbers.last


def _last_before(connection: sa.Connection, helpline: str, moment: datetime | None) -> int:
    """The number of the last decision before a moment, looked for by halves: twenty rows of a million."""
    of_helpline = DecisionRow.helpline == helpline
    last = connection.execute(sa.select(sa.func.max(DecisionRow.number)).where(of_helpline)).scalar_one() or 0
    if moment is None:
        return last
    query = sa.select(DecisionRow.decided_at).where(of_helpline, DecisionRow.number == sa.bindparam("number"))

    def decided_at(number: int) -> datetime:
        found: datetime = connection.execute(query, {"number": number}).scalar_one()
        return found

    return bisect_left(range(1, last + 1), moment, key=decided_at)


def _counted(connection: sa.Connection, helpline: str, numbers: NumberRange) -> sa.CursorResult[Any]:
    """How often each pick was taken from the same: what many decisions have in common is counted by the database."""
    of = (DecisionRow.lineup, DecisionRow.language, DecisionRow.passed_over, DecisionRow.center)
    undone = _UNDONE.label("undone")
    return connection.execute(
        sa.select(*of, undone, sa.func.count().label("decisions"))
        .where(*_within(helpline, numbers))
        .group_by(*of, undone)
    )
