"""What entries come to: each adds to what a partner owes, or takes off from it. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from callrouter.billing.model import ADJUSTMENT, CHARGE, CREDIT, CREDIT_REVERSAL, FEE, PAYMENT

TAKE_OFF = frozenset({CREDIT, PAYMENT})
"""Entries whose amount is taken off; an adjustment has its sign."""


def signed(entry: str, amount: int) -> int:
    """What an entry of this kind adds to what the partner owes; `account.SIGNED_AMOUNT` says the same in SQL."""
    return -amount if entry in TAKE_OFF else amount


@dataclass(frozen=True, slots=True)
class Sums:
    """What the entries of an account come to, in whole minor units of its currency."""

    charged: int
    """anew, too"""
    credited: int
    adjusted: int
    """with its sign"""
    fees: int
    paid: int
    balance: int
    """what the partner owes; below zero it is owed to them"""


def sums(amounts: Iterable[tuple[str, int]]) -> Sums:
    """What entries (what they are, amount) come to, or sums of entries of a kind."""
    found = dict.fromkeys((CHARGE, CREDIT, CREDIT_REVERSAL, ADJUSTMENT, PAYMENT, FEE), 0)
    for entry, amount in amounts:
        found[entry] += amount
    return Sums(
        charged=found[CHARGE] + found[CREDIT_REVERSAL],
        credited=found[CREDIT],
        adjusted=found[ADJUSTMENT],
        fees=found[FEE],
        paid=found[PAYMENT],
        balance=sum(signed(entry, amount) for entry, amount in found.items()),
    )


def running(opening: int, amounts: Iterable[int]) -> Iterator[int]:
    """The balance after each of these signed amounts."""
    balances = accumulate(amounts, initial=opening)
    next(balances)
    return balances
