"""Reading an invoice as it was issued."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from callrouter.database import Session, selecting
from callrouter.errors import NotKnown
from callrouter.invoices.invoice import AppliedRate, Invoice, Line

_HEAD = selecting(
    (
        "name",
        "partner",
        "partner_name",
        "period",
        "timezone",
        "currency",
        "simulated",
        "issued_at",
        "rates",
        "total",
        "issuer",
    ),
    "FROM invoice WHERE name = :name",
)
_LINES = selecting(tuple(Line.__slots__), "FROM invoice_line WHERE invoice = :name ORDER BY position")


def read_invoice(session: Session, name: str) -> Invoice:
    """The invoice of this name. Raises NotKnown where there is none."""
    heads, lines = session.ask_all((_HEAD, {"name": name}), (_LINES, {"name": name}))
    if not heads:
        raise NotKnown(f"there is no invoice {name}: callrouter billing invoices lists them")
    number, partner, partner_name, period, timezone, currency, simulated, issued_at, rates, total, issuer = (
        heads[0]
    )
    return Invoice(
        number=number,
        partner=partner,
        name=partner_name,
        period=period,
        timezone=timezone,
        currency=currency,
        simulated=bool(simulated),
        issued_at=issued_at,
        rates=tuple(map(_rate, json.loads(rates))),
        lines=tuple(Line(*line) for line in lines),
        total=total,
        issuer=issuer,
    )


def _rate(kept: dict[str, Any]) -> AppliedRate:
    return AppliedRate(**{**kept, "begins": date.fromisoformat(kept["begins"])})
