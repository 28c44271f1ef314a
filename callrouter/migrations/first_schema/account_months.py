"""What new entries of the ledger add to `account_month`. The triggers of `totals.py` run it."""

from __future__ import annotations

_KEYS = "partner, currency, simulated, period, entry_type"
_FIGURES = ("entries", "amount", "below_zero")


def added_up(rows: str) -> str:
    """The statement that adds rows of `ledger_entry` to the totals."""
    changes = ", ".join(f"{name} = account_month.{name} + excluded.{name}" for name in _FIGURES)
    return (
        f"INSERT INTO account_month ({_KEYS}, {', '.join(_FIGURES)})"
        f" SELECT {_KEYS}, COUNT(*), SUM(amount), SUM(GREATEST(-amount, 0)) FROM {rows}"
        f" GROUP BY {_KEYS} ORDER BY {_KEYS} ON CONFLICT ({_KEYS}) DO UPDATE SET {changes}"
    )
