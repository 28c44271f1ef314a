"""What the entries of accounts come to, and what an act changes in them: each charge and balance, before and after.

An act's effect is read from the entries that it has added, within its transaction. Nothing is worked out a second time,
so what is shown before an act (in a transaction that is rolled back) and after it follows from the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.ledger import lock_ledger
from callrouter.billing.model import (
    ADJUSTMENT,
    CHARGE,
    CREDIT,
    CREDIT_REVERSAL,
    FEE,
    PAYMENT,
    SIGNED_AMOUNT,
    LedgerEntry,
)
from callrouter.database import Session
from callrouter.money import Money

T = TypeVar("T")

_ACCOUNT = (LedgerEntry.partner, LedgerEntry.currency, LedgerEntry.simulated)
_LATEST = sa.select(sa.func.coalesce(sa.func.max(LedgerEntry.id), 0))
_ADDED = (
    sa.select(*_ACCOUNT, LedgerEntry.call, SIGNED_AMOUNT.label("amount"), LedgerEntry.reason)
    .where(LedgerEntry.id > sa.bindparam("latest"))
    .order_by(LedgerEntry.id)
)
_BALANCES = (
    sa.select(*_ACCOUNT, sa.cast(sa.func.sum(SIGNED_AMOUNT), sa.BigInteger).label("balance"))
    .where(LedgerEntry.partner == sa.any_(sa.bindparam("partners", type_=ARRAY(sa.Text))))
    .group_by(*_ACCOUNT)
    .order_by(*_ACCOUNT)
)

_TAKEN_OFF = frozenset({CREDIT, PAYMENT})


@dataclass(frozen=True, slots=True)
class Sums:
    """What the entries of an account come to, in whole minor units of its currency."""

    charged: int
    """credit reversals, too"""
    credited: int
    adjusted: int
    """with its sign"""
    fees: int
    paid: int
    balance: int
    """what the partner owes; below zero it is owed to them"""


def signed(entry_type: str, amount: int) -> int:
    """What an entry adds to what the partner owes; an adjustment has its sign. `model.SIGNED_AMOUNT` is the same."""
    return -amount if entry_type in _TAKEN_OFF else amount


def sums(amounts: Iterable[tuple[str, int]]) -> Sums:
    """What entries (type, amount) come to, or sums of entries of a type."""
    found = dict.fromkeys((CHARGE, CREDIT, CREDIT_REVERSAL, ADJUSTMENT, PAYMENT, FEE), 0)
    for entry_type, amount in amounts:
        found[entry_type] += amount
    return Sums(
        charged=found[CHARGE] + found[CREDIT_REVERSAL],
        credited=found[CREDIT],
        adjusted=found[ADJUSTMENT],
        fees=found[FEE],
        paid=found[PAYMENT],
        balance=sum(signed(entry_type, amount) for entry_type, amount in found.items()),
    )


def running(opening: int, amounts: Iterable[int]) -> Iterator[int]:
    """The balance after each of these signed amounts."""
    balances = accumulate(amounts, initial=opening)
    next(balances)
    return balances


class LedgerAccount(NamedTuple):
    """A partner has one for each currency, and what was only simulated has others."""

    partner: str
    currency: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ChangedCharge:
    """What a call costs its partner, before and after."""

    call: str
    partner: str
    before: Money
    after: Money
    why: str

    @property
    def turn(self) -> str:
        """What becomes of it, in words."""
        if not self.before.minor:
            return "becomes payable"
        return "changes" if self.after.minor else "becomes free"


@dataclass(frozen=True, slots=True)
class ChangedBalance:
    """What a partner owes, before and after; below zero it is owed to them."""

    partner: str
    before: Money
    after: Money
    simulated: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes; in the order in which it was entered."""

    charges: tuple[ChangedCharge, ...]
    balances: tuple[ChangedBalance, ...]


class _Added(NamedTuple):
    """An entry that the act has added."""

    account: LedgerAccount
    call: str | None
    amount: int
    """with its sign, in whole minor units"""
    reason: str | None


def with_effect(session: Session, act: Callable[[Session], T]) -> tuple[T, Effect]:
    """Carry out an act; what it returns, and its effect in the accounts, which nobody else writes meanwhile."""
    lock_ledger(session)
    latest = session.execute(_LATEST).scalar()
    result = act(session)
    added = [
        _Added(LedgerAccount(row.partner, row.currency, row.simulated), row.call, row.amount, row.reason)
        for row in session.execute(_ADDED, {"latest": latest})
    ]
    return result, Effect(tuple(_charges(session, added)), tuple(_balances(session, added)))


def _charges(session: Session, added: Sequence[_Added]) -> list[ChangedCharge]:
    by_call: dict[str, list[_Added]] = defaultdict(list)
    for one in added:
        if one.call:
            by_call[one.call].append(one)
    charged = charged_calls(session, list(by_call))
    found = [_charge(call, charged[call].left, entries) for call, entries in by_call.items()]
    return [one for one in found if one.before != one.after]


def _charge(call: str, left: int, entries: Sequence[_Added]) -> ChangedCharge:
    partner, currency, _ = entries[0].account
    before = left - sum(one.amount for one in entries)
    why = "; ".join(dict.fromkeys(one.reason for one in entries if one.reason))
    return ChangedCharge(call, partner, Money(before, currency), Money(left, currency), why)


def _balances(session: Session, added: Sequence[_Added]) -> list[ChangedBalance]:
    changes: dict[LedgerAccount, int] = defaultdict(int)
    for one in added:
        changes[one.account] += one.amount
    partners = sorted({account.partner for account in changes})
    rows = session.execute(_BALANCES, {"partners": partners})
    after = {LedgerAccount(row.partner, row.currency, row.simulated): row.balance for row in rows}
    return [
        _changed_balance(account, after[account], changes[account]) for account in after if account in changes
    ]


def _changed_balance(account: LedgerAccount, after: int, change: int) -> ChangedBalance:
    before = Money(after - change, account.currency)
    return ChangedBalance(account.partner, before, Money(after, account.currency), account.simulated)
