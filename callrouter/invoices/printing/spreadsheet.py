"""An invoice as CSV and as a workbook: a row for each line; the workbook also has totals and the signed head. *Pure.*

Text that looks like a formula is harmless in both. Amounts are numbers, also negative ones. Times in a workbook are
real times: `arrived_at` in UTC, `local_time` in the partner's zone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from callrouter.invoices.invoice import Invoice, Line, Subtotal, local_time, subtotal, subtotals
from callrouter.invoices.printing.words import SIMULATED, how_the_head_is_checked
from callrouter.money import Money
from callrouter.sheets.text import csv_lines
from callrouter.sheets.workbook import Book, Column

COLUMNS = (
    "number",
    "period",
    "position",
    "what",
    "arrived_at",
    "local_time",
    "kind",
    "center",
    "call",
    "caller",
    "talk_seconds",
    "amount",
    "currency",
    "reason",
)
TOTALS = (
    "number",
    "partner",
    "name",
    "period",
    "kind",
    "answered",
    "charged",
    "free",
    "charges",
    "credits",
    "adjustments",
    "fees",
    "amount",
    "currency",
    "note",
)
EVIDENCE = ("log", "entries", "root", "signed_at", "signed_head", "how_to_check")
_WIDTHS = {
    "log": 32,
    "root": 44,
    "signed_head": 60,
    "how_to_check": 60,
    "center": 28,
    "call": 38,
    "caller": 18,
    "reason": 60,
    "name": 28,
    "note": 24,
}


def as_csv(invoice: Invoice) -> bytes:
    """A header and a row for each line, in UTF-8. Amounts are decimals such as `35.00` and `-35.00`."""
    return "".join(csv_lines(COLUMNS, _rows(invoice))).encode()


def as_xlsx(invoice: Invoice) -> bytes:
    """A workbook of the sheets `lines`, `totals` and `evidence`. The same invoice gives the same bytes."""
    file = io.BytesIO()
    with Book(file, created=invoice.issued_at) as book:
        book.write("lines", _columns(invoice, COLUMNS), map(_with_moments, _rows(invoice)))
        book.write("totals", _columns(invoice, TOTALS), _totals(invoice))
        book.write("evidence", _columns(invoice, EVIDENCE), _evidence(invoice))
    return file.getvalue()


def _columns(invoice: Invoice, names: tuple[str, ...]) -> list[Column]:
    zones = {"arrived_at": UTC, "local_time": ZoneInfo(invoice.timezone), "signed_at": UTC}
    return [Column(name, zones.get(name), _WIDTHS.get(name)) for name in names]


def _with_moments(row: dict[str, Any]) -> dict[str, Any]:
    """The local time is text with its offset in a CSV. In a workbook its column has a zone."""
    return {**row, "local_time": row["arrived_at"]}


def _rows(invoice: Invoice) -> Iterator[dict[str, Any]]:
    return (_row(invoice, line) for line in invoice.lines)


def _row(invoice: Invoice, line: Line) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "period": invoice.period,
        "position": line.position,
        "what": line.what,
        "arrived_at": line.arrived_at,
        "local_time": _local(invoice, line.arrived_at),
        "kind": line.kind,
        "center": line.center,
        "call": line.call,
        "caller": line.caller,
        "talk_seconds": line.talk_seconds,
        "amount": _decimal(invoice, line.amount),
        "currency": invoice.currency,
        "reason": line.reason,
    }


def _totals(invoice: Invoice) -> Iterator[dict[str, Any]]:
    yield from (_total(invoice, each) for each in subtotals(invoice))
    yield _total(invoice, subtotal("total", invoice.lines))


def _total(invoice: Invoice, of: Subtotal) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "partner": invoice.partner,
        "name": invoice.name,
        "period": invoice.period,
        "kind": of.kind,
        "answered": of.answered,
        "charged": of.charged,
        "free": of.free,
        "charges": _decimal(invoice, of.charges),
        "credits": _decimal(invoice, of.credits),
        "adjustments": _decimal(invoice, of.adjustments),
        "fees": _decimal(invoice, of.fees),
        "amount": _decimal(invoice, of.amount),
        "currency": invoice.currency,
        "note": SIMULATED if invoice.simulated else None,
    }


def _evidence(invoice: Invoice) -> Iterator[dict[str, Any]]:
    if head := invoice.head:
        yield {
            "log": head.origin,
            "entries": head.size,
            "root": head.short_root,
            "signed_at": head.signed_at,
            "signed_head": head.note,
            "how_to_check": how_the_head_is_checked(head),
        }


def _local(invoice: Invoice, moment: datetime | None) -> str | None:
    """`2026-11-01 01:30:00-07:00`, with the offset, because autumn repeats an hour."""
    return local_time(invoice, moment).isoformat(" ", "seconds") if moment else None


def _decimal(invoice: Invoice, amount: int) -> Decimal:
    return Decimal(Money(amount, invoice.currency).decimal())
