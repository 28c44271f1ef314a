"""Reads the differences between our CDRs and the carrier's, and the cost of a reconciled day."""

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
    """One difference. `corrected` says that our record was corrected; staff must explain the others.

    `call` is the caller's call, `sid` what differs: that call or a leg. An `explanation` without a person says that
    the difference was gone when the CDRs were read again.
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
    """A reconciled day: the callers' calls at the carrier, and their cost by currency."""

    day: str
    calls: int
    cost: str


def is_unexplained(difference: DifferenceRow) -> bool:
    """Whether a difference needs an explanation."""
    return not difference["corrected"] and difference["explained_at"] is None


def differences(
    connection: sa.Connection, day: date | None = None, *, settled_too: bool = True
) -> Iterator[DifferenceRow]:
    """The differences of a day or of all days. Within a day, those for staff come first."""
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
    """The CallSid of the only call or leg with a difference that begins like this; else the text itself."""
    found = sa.union(
        *(
            sa.select(column).where(column.startswith(beginning, autoescape=True))
            for column in (CarrierDifference.sid, CarrierDifference.call)
        )
    )
    sids = list(connection.execute(found).scalars())
    return str(sids[0]) if len(sids) == 1 else beginning


def reconciled_day(connection: sa.Connection, day: date) -> ReconciledDayReport:
    """The report of a reconciled day."""
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
