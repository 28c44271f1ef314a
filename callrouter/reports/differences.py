"""What the comparison of a day with the carrier's records has found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, cast

import sqlalchemy as sa

from callrouter.reconciliation.model import (
    AWAITS_COST,
    UNEXPLAINED,
    CarrierCdr,
    CarrierDifference,
    ReconciledDay,
)


class DifferenceRow(TypedDict):
    """One difference; `corrected` where ours was corrected by it, the others are for staff to explain.

    `call` is the caller's call that it is about, `sid` what differs: that call, or a leg. Without a person,
    `explanation` says that it was not so any more when the records were read again.
    """

    day: str
    call: str | None
    sid: str
    what: str
    theirs: str | None
    ours: str | None
    corrected: bool
    found_at: datetime
    explained_by: str | None
    explanation: str | None
    explained_at: datetime | None


class ReconciledDayReport(TypedDict):
    """A day that was compared: calls of callers at the carrier, and what these cost us, by currency."""

    day: str
    calls: int
    cost: str


def is_unexplained(difference: DifferenceRow) -> bool:
    """Whether a difference waits for a person."""
    return not difference["corrected"] and difference["explained_at"] is None


def differences(
    connection: sa.Connection, day: date | None = None, *, settled_too: bool = True
) -> Iterator[DifferenceRow]:
    """What was found, on a day or on all; by day, and there what is for staff comes first."""
    query = sa.select(CarrierDifference.__table__).order_by(
        CarrierDifference.day,
        CarrierDifference.corrected,
        CarrierDifference.sid,
        CarrierDifference.what,
    )
    if day is not None:
        query = query.where(CarrierDifference.day == day.isoformat())
    if not settled_too:
        query = query.where(UNEXPLAINED)
    for row in connection.execute(query).mappings():
        yield cast(DifferenceRow, {name: row[name] for name in DifferenceRow.__annotations__})


def whole_sid(connection: sa.Connection, beginning: str) -> str:
    """The call or leg with a difference whose CallSid begins like this; what was given where there is not just one."""
    found = sa.union(
        *(
            sa.select(column).where(column.startswith(beginning, autoescape=True))
            for column in (CarrierDifference.sid, CarrierDifference.call)
        )
    )
    sids = list(connection.execute(found).scalars())
    return str(sids[0]) if len(sids) == 1 else beginning


def reconciled_day(connection: sa.Connection, day: date) -> ReconciledDayReport:
    """How a day stands that has been compared."""
    calls = connection.execute(
        sa.select(ReconciledDay.calls).where(ReconciledDay.day == day.isoformat())
    ).scalar_one()
    costs = connection.execute(
        sa.select(CarrierCdr.currency, sa.func.sum(CarrierCdr.cost_micros))
        .where(CarrierCdr.day == day.isoformat(), CarrierCdr.cost_micros.is_not(None))
        .group_by(CarrierCdr.currency)
        .order_by(CarrierCdr.currency)
    )
    amounts = [f"{Decimal(micros or 0).scaleb(-6):.4f} {currency}" for currency, micros in costs]
    so_far = " so far" if amounts and _some_have_no_price(connection, day) else ""
    return ReconciledDayReport(
        day=day.isoformat(), calls=calls, cost=(" and ".join(amounts) or "not known yet") + so_far
    )


def _some_have_no_price(connection: sa.Connection, day: date) -> bool:
    without = sa.select(CarrierCdr.sid).where(CarrierCdr.day == day.isoformat(), AWAITS_COST)
    return bool(connection.execute(sa.select(without.exists())).scalar())
