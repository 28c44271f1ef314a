"""Reads the log of invoice deliveries: which invoice was sent to whom, who asked for it, and the result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from callrouter.invoices.model import InvoiceDelivery
from callrouter.reports.alerts import DELIVERED, GIVEN_UP, WAITING

SENDER, NEXT_TRY, WORKER = "INVOICE_FROM", "its next try", "the external worker"
"""what a delivery waits for"""

_later = aliased(InvoiceDelivery)
_ASKED_AGAIN = sa.exists().where(
    _later.invoice == InvoiceDelivery.invoice,
    _later.number > InvoiceDelivery.number,
)
_OPEN = sa.or_(
    InvoiceDelivery.next_attempt_at.is_not(None),
    sa.and_(InvoiceDelivery.delivered_at.is_(None), sa.not_(_ASKED_AGAIN)),
)


class ListedDelivery(TypedDict):
    """An invoice on its way to an address."""

    invoice: str
    number: int
    address: str
    asked_by: str
    asked_at: datetime
    status: str
    attempts: int
    next_try_at: datetime | None
    waits_for: str | None
    delivered_at: datetime | None
    error: str | None


def invoice_deliveries(
    connection: sa.Connection, now: datetime, *, has_sender: bool, only_open: bool = False
) -> Iterator[ListedDelivery]:
    """All deliveries in order; or the open ones, which wait or were given up and not requested again.

    Without a sender (INVOICE_FROM) nothing is sent.
    """
    query = sa.select(InvoiceDelivery.__table__)
    if only_open:
        query = query.where(_OPEN)
    query = query.order_by(InvoiceDelivery.invoice, InvoiceDelivery.number)
    for row in connection.execute(query).mappings():
        yield ListedDelivery(
            invoice=row["invoice"],
            number=row["number"],
            address=row["address"],
            asked_by=row["asked_by"],
            asked_at=row["asked_at"],
            status=_status(row),
            attempts=row["attempts"],
            next_try_at=row["next_attempt_at"],
            waits_for=_waits_for(row, now, has_sender=has_sender),
            delivered_at=row["delivered_at"],
            error=row["error"],
        )


def undelivered_invoices(connection: sa.Connection) -> tuple[int, int]:
    """How many deliveries wait, and how many were given up and not requested again."""
    waiting = InvoiceDelivery.next_attempt_at.is_not(None)
    query = sa.select(sa.func.count().filter(waiting), sa.func.count().filter(sa.not_(waiting)))
    waits, given_up = connection.execute(query.where(_OPEN)).one()
    return waits, given_up


def _status(row: sa.RowMapping) -> str:
    if row["delivered_at"]:
        return DELIVERED
    return WAITING if row["next_attempt_at"] else GIVEN_UP


def _waits_for(row: sa.RowMapping, now: datetime, *, has_sender: bool) -> str | None:
    if row["next_attempt_at"] is None:
        return None
    if not has_sender:
        return SENDER
    return NEXT_TRY if row["next_attempt_at"] > now else WORKER
