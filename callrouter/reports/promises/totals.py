"""How promises ended that were due in a period: kept in time, kept late, ended without a talk, or still owed."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.promises.deadlines import KEPT
from callrouter.promises.model import OPEN, Promise
from callrouter.reports.period import Period
from callrouter.reports.promises.figures import IN_TIME


class PromiseTotals(NamedTuple):
    """Numbers of promises. `not_kept`: declined, unreachable, withdrawn or expired."""

    in_time: int = 0
    late: int = 0
    not_kept: int = 0
    owed: int = 0

    @property
    def promises(self) -> int:
        return sum(self)


def promise_totals(
    connection: sa.Connection, steps: list[Period], helpline: str | None
) -> list[PromiseTotals]:
    """The promises that were due in each of these periods, which follow one another."""
    edges = [step.since for step in steps if step.since is not None]
    found: dict[int, PromiseTotals] = {}
    if edges:
        step = sa.func.width_bucket(Promise.due_at, sa.cast(edges, sa.ARRAY(sa.DateTime(True)))).label("step")
        whole = Period(edges[0], steps[-1].until)
        query = sa.select(step, *_NUMBERS).where(*whole.holds(Promise.due_at)).group_by(step)
        if helpline:
            query = query.where(Promise.helpline == helpline)
        found = {row[0]: PromiseTotals(*row[1:]) for row in connection.execute(query)}
    return [found.get(place + 1, PromiseTotals()) for place in range(len(steps))]


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count().filter(condition)


_IS_KEPT = Promise.state == KEPT
_NUMBERS = (
    _number(IN_TIME),
    _number(sa.and_(_IS_KEPT, sa.not_(IN_TIME))),
    _number(Promise.state.not_in([KEPT, OPEN])),
    _number(Promise.state == OPEN),
)
