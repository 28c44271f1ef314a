"""What entries come to: each adds to what a partner owes, or takes off from it. *Pure.*"""

from __future__ import annotations

from callrouter.billing.model import CREDIT, PAYMENT

TAKE_OFF = frozenset({CREDIT, PAYMENT})
"""Entries whose amount is taken off; an adjustment has its sign."""


def signed(entry: str, amount: int) -> int:
    """What an entry of this kind adds to what the partner owes; `account.SIGNED_AMOUNT` says the same in SQL."""
    return -amount if entry in TAKE_OFF else amount
