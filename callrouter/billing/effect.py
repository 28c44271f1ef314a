"""What an act does in the partners' accounts: each call whose charge it changes, and each balance, before and after.

It is read from the entries that the act has added, within its transaction. Nothing is worked out a second time, so what
is shown before an act (in a transaction that is rolled back) and after it follows from the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from callrouter.billing.account import SIGNED_AMOUNT, charged_calls
from callrouter.database import Session, sql
from callrouter.events.settle import be_the_only_writer
from callrouter.money import Money

T = TypeVar("T")

_LATEST = sql("SELECT COALESCE(MAX(id), 0) FROM ledger_entry")
_ADDED = sql(
    f"SELECT partner, currency, simulated, call, {SIGNED_AMOUNT}, reason FROM ledger_entry"  # noqa: S608
    " WHERE id > :latest ORDER BY id"
)
_BALANCES = sql(
    f"SELECT partner, currency, simulated, SUM({SIGNED_AMOUNT}) FROM ledger_entry"  # noqa: S608
    " WHERE partner = ANY(:partners) GROUP BY partner, currency, simulated ORDER BY partner, currency, simulated"
)


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
    be_the_only_writer(session)
    [(latest,)] = session.ask(_LATEST)
    result = act(session)
    added = [
        _Added(LedgerAccount(partner, currency, bool(simulated)), *about)
        for partner, currency, simulated, *about in session.ask(_ADDED, latest=latest)
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
    changed: dict[LedgerAccount, int] = defaultdict(int)
    for one in added:
        changed[one.account] += one.amount
    partners = sorted({account.partner for account in changed})
    return [
        ChangedBalance(
            partner,
            Money(int(after) - changed[account], currency),
            Money(int(after), currency),
            bool(simulated),
        )
        for partner, currency, simulated, after in session.ask(_BALANCES, partners=partners)
        if (account := LedgerAccount(partner, currency, bool(simulated))) in changed
    ]
