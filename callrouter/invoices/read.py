"""Reads an issued invoice."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.invoices.invoice import AppliedRate, Invoice, Line
from callrouter.invoices.model import InvoiceHead, InvoiceLine

_HEAD = sa.select(
    InvoiceHead.name.label("number"),
    InvoiceHead.partner,
    InvoiceHead.partner_name.label("name"),
    InvoiceHead.period,
    InvoiceHead.timezone,
    InvoiceHead.currency,
    InvoiceHead.simulated,
    InvoiceHead.issued_at,
    InvoiceHead.rates,
    InvoiceHead.total,
    InvoiceHead.issuer,
).where(InvoiceHead.name == sa.bindparam("invoice"))
_LINES = (
    sa.select(*(getattr(InvoiceLine, field.name) for field in fields(Line)))
    .where(InvoiceLine.invoice == sa.bindparam("invoice"))
    .order_by(InvoiceLine.position)
)


def read_invoice(session: Session, name: str) -> Invoice:
    """Read an invoice by its name. Raises NotKnown if there is none."""
    of_invoice = {"invoice": name}
    heads, lines = session.execute(_HEAD, of_invoice), session.execute(_LINES, of_invoice)
    head = heads.one_or_none()
    if head is None:
        raise NotKnown(f"there is no invoice {name}: callrouter billing invoices lists them")
    values = head._asdict()
    rates = tuple(map(_rate, json.loads(values.pop("rates"))))
    return Invoice(**values, rates=rates, lines=tuple(Line(*line) for line in lines))


def _rate(kept: dict[str, Any]) -> AppliedRate:
    return AppliedRate(**{**kept, "begins": date.fromisoformat(kept["begins"])})
