"""What the comparison of a day with the carrier's books has found."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, cast

import sqlalchemy as sa

from callrouter.carrier.model import carrier_call, carrier_difference, reconciled_day


class Difference(TypedDict):
    """One difference; `mended` where ours was put right by it, the others are for staff."""

    day: str
    sid: str
    what: str
    theirs: str | None
    ours: str | None
    mended: bool


class Reconciled(TypedDict):
    """A day that was compared: calls of callers at the carrier, and what these cost us, by currency."""

    day: str
    calls: int
    cost: str


def differences_of(connection: sa.Connection, day: date) -> list[Difference]:
    """What was found on a day; what is for staff comes first."""
    query = (
        sa.select(carrier_difference)
        .where(carrier_difference.c.day == day.isoformat())
        .order_by(carrier_difference.c.mended, carrier_difference.c.sid, carrier_difference.c.what)
    )
    rows = connection.execute(query).mappings()
    return [cast(Difference, {name: row[name] for name in Difference.__annotations__}) for row in rows]


def reconciled(connection: sa.Connection, day: date) -> Reconciled:
    """How a day stands that has been compared."""
    calls = connection.execute(
        sa.select(reconciled_day.c.calls).where(reconciled_day.c.day == day.isoformat())
    ).scalar_one()
    costs = connection.execute(
        sa.select(carrier_call.c.currency, sa.func.sum(carrier_call.c.cost_micros))
        .where(carrier_call.c.day == day.isoformat(), carrier_call.c.cost_micros.is_not(None))
        .group_by(carrier_call.c.currency)
    )
    told = [f"{micros / 1_000_000:.4f} {currency}" for currency, micros in costs]
    return Reconciled(day=day.isoformat(), calls=calls, cost=" and ".join(told) or "not known yet")
