"""Reads ledger entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from callrouter.billing.model import CHARGE, CREDIT, PAYMENT, Confirmation, LedgerEntry
from callrouter.money import Money
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches

_other = aliased(LedgerEntry, name="other")
_TAKEN_BACK = (
    sa.select(
        sa.func.coalesce(
            sa.func.sum(sa.case((_other.entry_type == CREDIT, _other.amount), else_=-_other.amount)), 0
        )
    )
    .where(_other.call == LedgerEntry.call, _other.entry_type != CHARGE)
    .correlate(LedgerEntry)
    .scalar_subquery()
)
IS_CREDITED = sa.and_(
    LedgerEntry.entry_type == CHARGE, LedgerEntry.amount > 0, LedgerEntry.amount == _TAKEN_BACK
)
"""whether the whole charge was credited"""
_IS_CONFIRMED = (
    sa.select(sa.literal(1)).where(Confirmation.call == LedgerEntry.call).correlate(LedgerEntry).exists()
)
_IS_CHARGE = LedgerEntry.entry_type == sa.literal_column(f"'{CHARGE}'")
_NEEDS_NO_CONFIRMATION = LedgerEntry.call.is_(None)
# Not the match, which no reader needs, and which a partner may not read.
_COLUMNS = tuple(column for column in LedgerEntry.__table__.c if column.name != "caller_pseudonym")
_STATE = sa.case(
    (IS_CREDITED, "credited"),
    (sa.or_(_IS_CONFIRMED, _NEEDS_NO_CONFIRMATION), "confirmed"),
    else_="unconfirmed",
).label("state")


class EntryRow(TypedDict):
    """One entry: `amount` in decimals, `period` the partner's month whose invoice has it, `day` within that.

    `entry` is `charge`, `credit`, `credit_reversal`, or without a call: `fee`, `adjustment`. `state` is `credited`
    for a fully credited charge, `confirmed` if the carrier's CDRs agree with its call (or need not), else
    `unconfirmed`.
    """

    call: str | None
    partner: str
    center: str | None
    helpline: str | None
    kind: str
    amount: str
    currency: str
    posted_at: datetime
    day: str
    period: str
    entry: str
    state: str
    reason: str | None
    person: str | None
    arrived_at: datetime | None
    simulated: bool


def exported_entries(connection: sa.Connection, period: Period) -> Iterator[EntryRow]:
    """The entries that were posted in a period, in order. Payments are left out."""
    query = (
        sa.select(*_COLUMNS, _STATE)
        .where(LedgerEntry.entry_type != PAYMENT, *period.holds(LedgerEntry.posted_at))
        .order_by(LedgerEntry.posted_at, LedgerEntry.call, LedgerEntry.id)
    )
    for batch in in_batches(connection, query):
        yield from map(_entry, batch)


def entries(connection: sa.Connection, calls: Sequence[str]) -> list[EntryRow]:
    """The entries about these calls."""
    about = LedgerEntry.call.in_(calls)
    query = (
        sa.select(*_COLUMNS, _STATE)
        # Charges and other entries have separate indexes by call.
        .where(sa.or_(sa.and_(about, _IS_CHARGE), sa.and_(about, sa.not_(_IS_CHARGE))))
        .order_by(LedgerEntry.call, LedgerEntry.id)
    )
    return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: sa.RowMapping) -> EntryRow:
    return EntryRow(
        call=row["call"],
        partner=row["partner"],
        center=row["center"],
        helpline=row["helpline"],
        kind=row["kind"],
        amount=Money(row["amount"], row["currency"]).decimal(),
        currency=row["currency"],
        posted_at=row["posted_at"],
        day=row["day"],
        period=row["period"],
        entry=row["entry_type"],
        state=row["state"],
        reason=row["reason"],
        person=row["person"],
        arrived_at=row["arrived_at"],
        simulated=row["simulated"],
    )
