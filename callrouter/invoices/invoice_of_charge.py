"""Finds the invoice that contains the charge of a call."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.billing.disputes.objection import ChargeInvoice
from callrouter.billing.model import CHARGE, CREDIT_REVERSAL, LedgerEntry
from callrouter.database import Session
from callrouter.invoices.model import InvoiceHead, InvoiceLine

# If a rule's credit was reversed, the reversal is what is disputed.
_LATEST = (
    sa.select(InvoiceHead.name, InvoiceHead.issued_at)
    .select_from(LedgerEntry)
    .outerjoin(InvoiceLine, InvoiceLine.entry == LedgerEntry.id)
    .outerjoin(InvoiceHead, InvoiceHead.name == InvoiceLine.invoice)
    .where(
        LedgerEntry.call == sa.bindparam("call"),
        sa.or_(LedgerEntry.entry_type == CHARGE, LedgerEntry.entry_type == CREDIT_REVERSAL),
    )
    .order_by(LedgerEntry.id.desc())
    .limit(1)
)


def invoice_of_charge(session: Session, call: str) -> ChargeInvoice | None:
    """The invoice of the latest charge or credit reversal of a call. None: none yet."""
    found = session.execute(_LATEST, {"call": call}).one()
    return ChargeInvoice(found.name, found.issued_at) if found.name else None
