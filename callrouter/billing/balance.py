"""Balances of accounts, and the effect of an action on them: each charge and balance before and after.

The effect is read from the entries that the action added, within its transaction. Nothing is computed a second time,
so a dry run (rolled back) and the real run follow the same rules.
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
    """The sums of an account's entries, in whole minor units of its currency."""

    charged: int
    """includes credit reversals"""
    credited: int
    adjusted: int
    """may be negative"""
    fees: int
    paid: int
    balance: int
    """what the partner owes; negative if we owe the partner"""


def signed(entry_type: str, amount: int) -> int:
    """The amount by which an entry changes what the partner owes. `model.SIGNED_AMOUNT` is the same in SQL."""
    return -amount if entry_type in _TAKEN_OFF else amount


def sums(amounts: Iterable[tuple[str, int]]) -> Sums:
    """Add up entries, or sums of entries, given as (type, amount)."""
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
    """A partner has an account for each currency, and separate accounts for simulated calls."""

    partner: str
    currency: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ChangedCharge:
    """The cost of a call, before and after."""

    call: str
    partner: str
    before: Money
    after: Money
    why: str


@dataclass(frozen=True, slots=True)
class ChangedBalance:
    """What a partner owes, before and after; negative if we owe the partner."""

    partner: str
    before: Money
    after: Money
    simulated: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """All changes, in the order in which they were entered."""

    charges: tuple[ChangedCharge, ...]
    balances: tuple[ChangedBalance, ...]


class _NewEntry(NamedTuple):
    """An entry that the action added."""

    account: LedgerAccount
    call: str | None
    amount: int
    """signed, in whole minor units"""
    reason: str | None


def with_effect(session: Session, act: Callable[[Session], T]) -> tuple[T, Effect]:
    """Run an action. Returns its result and its effect. The ledger is locked meanwhile."""
    lock_ledger(session)
    latest = session.execute(_LATEST).scalar()
    result = act(session)
    added = [
        _NewEntry(LedgerAccount(row.partner, row.currency, row.simulated), row.call, row.amount, row.reason)
        for row in session.execute(_ADDED, {"latest": latest})
    ]
    return result, Effect(tuple(_charges(session, added)), tuple(_balances(session, added)))


def _charges(session: Session, added: Sequence[_NewEntry]) -> list[ChangedCharge]:
    by_call: dict[str, list[_NewEntry]] = defaultdict(list)
    for one in added:
        if one.call:
            by_call[one.call].append(one)
    charged = charged_calls(session, list(by_call))
    found = [_charge(call, charged[call].left, entries) for call, entries in by_call.items()]
    return [one for one in found if one.before != one.after]


def _charge(call: str, left: int, entries: Sequence[_NewEntry]) -> ChangedCharge:
    partner, currency, _ = entries[0].account
    before = left - sum(one.amount for one in entries)
    why = "; ".join(dict.fromkeys(one.reason for one in entries if one.reason))
    return ChangedCharge(call, partner, Money(before, currency), Money(left, currency), why)


def _balances(session: Session, added: Sequence[_NewEntry]) -> list[ChangedBalance]:
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
