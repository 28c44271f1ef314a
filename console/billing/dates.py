"""Months of addresses and forms."""

from __future__ import annotations

from datetime import date, timedelta

from callrouter.billing.period import parse_month
from callrouter.errors import Fault


def month_before(month: str) -> str:
    """The month before."""
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]


def read_month(written: str) -> str:
    """A month that was written, `2026-11`. Raises Fault where it is none."""
    try:
        return parse_month(written)
    except ValueError as error:
        raise Fault(str(error)) from None
