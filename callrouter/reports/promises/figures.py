"""Figures of promises: how many are owed, how old they are, and how many were kept in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.promises.deadlines import KEPT
from callrouter.promises.model import Promise

A_DAY = timedelta(days=1)
IN_TIME = sa.and_(Promise.state == KEPT, Promise.misses == 0, Promise.ended_at <= Promise.due_at)
"""kept in time: no owner missed it, and it was kept before it was due"""


class PromiseFigures(NamedTuple):
    """The figures at one moment. `oldest` is in seconds. `ended` counts the last day, by state and whether in time."""

    open: int
    overdue: int
    oldest: float
    ended: dict[tuple[str, bool], int]


def promise_figures(connection: sa.Connection, now: datetime) -> PromiseFigures:
    """The figures now."""
    is_open = Promise.ended_at.is_(None)
    count, overdue, oldest = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(Promise.due_at <= now),
            sa.func.min(Promise.made_at),
        )
        .select_from(Promise)
        .where(is_open)
    ).one()
    ended = connection.execute(
        sa.select(Promise.state, IN_TIME, sa.func.count())
        .where(Promise.ended_at > now - A_DAY)
        .group_by(Promise.state, IN_TIME)
    )
    age = (now - oldest).total_seconds() if oldest else 0.0
    return PromiseFigures(
        count, overdue, max(age, 0.0), {(state, bool(timely)): number for state, timely, number in ended}
    )
