"""Reads an issued invoice."""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.invoices.invoice import AppliedRate, Invoice, Line, SignedHead
from callrouter.invoices.model import InvoiceCheckpoint, InvoiceHead, InvoiceLine

_HEAD = (
    sa.select(
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
        InvoiceCheckpoint.signed_at,
        InvoiceCheckpoint.note,
    )
    .outerjoin(InvoiceCheckpoint, InvoiceCheckpoint.invoice == InvoiceHead.name)
    .where(InvoiceHead.name == sa.bindparam("invoice"))
)
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
    signed = _signed_head(values.pop("signed_at"), values.pop("note"))
    return Invoice(**values, rates=rates, lines=tuple(Line(*line) for line in lines), head=signed)


def _signed_head(signed_at: datetime | None, note: str | None) -> SignedHead | None:
    if signed_at is None or note is None:
        return None
    origin, size, root, *_ = note.split("\n")
    return SignedHead(origin, int(size), base64.b64decode(root), signed_at, note)


def _rate(kept: dict[str, Any]) -> AppliedRate:
    return AppliedRate(**{**kept, "begins": date.fromisoformat(kept["begins"])})
