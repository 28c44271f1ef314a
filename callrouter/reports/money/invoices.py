"""Reads the issued invoices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.invoices.model import InvoiceHead, InvoiceLine
from callrouter.money import Money


class IssuedInvoice(TypedDict):
    """One invoice; `total` in decimals."""

    invoice: str
    partner: str
    period: str
    currency: str
    total: str
    lines: int
    issued_at: datetime
    issued_by: str
    simulated: bool


def issued_invoices(
    connection: sa.Connection, month: str | None = None, partner: str | None = None
) -> Iterator[IssuedInvoice]:
    """The invoices of a month, of a partner, or all, in the order of their numbers."""
    lines = (
        sa.select(sa.func.count())
        .where(InvoiceLine.invoice == InvoiceHead.name)
        .scalar_subquery()
        .label("lines")
    )
    query = sa.select(InvoiceHead.__table__, lines).order_by(InvoiceHead.series, InvoiceHead.number)
    if month:
        query = query.where(InvoiceHead.period == month)
    if partner:
        query = query.where(InvoiceHead.partner == partner)
    for row in connection.execute(query).mappings():
        yield IssuedInvoice(
            invoice=row["name"],
            partner=row["partner"],
            period=row["period"],
            currency=row["currency"],
            total=Money(row["total"], row["currency"]).decimal(),
            lines=row["lines"],
            issued_at=row["issued_at"],
            issued_by=row["issued_by"],
            simulated=row["simulated"],
        )
