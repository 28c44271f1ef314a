"""Invoices of the tests' own, of any length."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from callrouter.invoices.invoice import AppliedRate, Invoice, Line

ISSUED = datetime(2026, 11, 2, 17, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, 7, tzinfo=UTC)
CENTERS = ("Sunrise Los Angeles", "Sunrise San Diego", "Sunrise Recovery Center of the Inland Empire")
RATES = (
    AppliedRate("helpline", date(2026, 1, 1), 3500, "USD", 30, 30, 0, 12),
    AppliedRate("listing", date(2026, 10, 15), 123450, "USD", 60, 0, 10, 31),
)
REPEAT = "within 30 days of a charged call of the same caller to the same partner"
SHORT = "12 seconds of talk are fewer than the rate's 30"


def call(position: int, **changes: Any) -> Line:
    """A charged call of October, or what the changes make of it."""
    line = Line(
        position=position,
        what="charge",
        arrived_at=OCTOBER + timedelta(minutes=13 * (position - 1), seconds=7),
        call=f"CA{position:032x}",
        kind="helpline" if position % 3 else "listing",
        center=CENTERS[position % len(CENTERS)],
        talk_seconds=61 * position % 4_000,
        caller=f"+1 310 ••• ••{position % 100:02}",
        amount=3500 if position % 3 else 123450,
        reason=None,
    )
    return replace(line, **changes)


def any_line(position: int) -> Line:
    """Mostly charges; now and then a call that was free, or a credit."""
    if position % 7 == 0:
        return call(position, what="free", amount=0, reason=REPEAT)
    if position % 11 == 0:
        return call(position, what="credit", amount=-3500, reason="objection 12: the line was bad")
    return call(position)


def monthly_fee(position: int, amount: int = 25_000) -> Line:
    return Line(position, "fee", None, None, "monthly", None, None, None, amount, None)


def adjustment(position: int, amount: int, reason: str = "rounded down, as agreed") -> Line:
    return Line(position, "adjustment", None, None, "adjustment", None, None, None, amount, reason)


def invoice(*lines: Line, **changes: Any) -> Invoice:
    """An invoice of these lines to Sunrise Recovery for October 2026."""
    made: dict[str, Any] = {
        "number": "INV-000017",
        "partner": "sunrise",
        "name": "Sunrise Recovery",
        "period": "2026-10",
        "timezone": "America/Los_Angeles",
        "currency": "USD",
        "simulated": False,
        "issued_at": ISSUED,
        "rates": RATES,
        "lines": lines,
        "total": sum(line.amount for line in lines),
    }
    return Invoice(**(made | changes))


def long_invoice(count: int, **changes: Any) -> Invoice:
    return invoice(*map(any_line, range(1, count + 1)), **changes)
