"""Charges: the entries in the partners' accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.billing.model import entry
from callrouter.money import Money
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches

CHARGE = "charge"


class Entry(TypedDict):
    """One entry: `amount` in decimals, `entry` is `charge` or `credit`, `period` the partner's month."""

    call: str
    partner: str
    kind: str
    amount: str
    currency: str
    posted_at: datetime
    period: str
    entry: str
    state: str
    arrived_at: datetime
    simulated: bool


def exported_entries(connection: sa.Connection, period: Period) -> Iterator[Entry]:
    """The entries that were posted in a period, in their order."""
    query = (
        sa.select(entry)
        .where(*period.holds(entry.c.posted_at))
        .order_by(entry.c.posted_at, entry.c.call, entry.c.id)
    )
    for batch in in_batches(connection, query):
        yield from map(_entry, batch)


def entries(connection: sa.Connection, calls: Sequence[str]) -> list[Entry]:
    """The entries about these calls."""
    query = sa.select(entry).where(entry.c.call.in_(calls)).order_by(entry.c.call, entry.c.id)
    return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(
        call=row["call"],
        partner=row["partner"],
        kind=row["kind"],
        amount=Money(row["amount"], row["currency"]).decimal(),
        currency=row["currency"],
        posted_at=row["posted_at"],
        period=row["period"],
        entry=row["entry"],
        state=row["state"],
        arrived_at=row["arrived_at"],
        simulated=row["simulated"],
    )
