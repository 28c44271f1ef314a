"""Account balances for pages: the same as `statement.balances`, without reading every charge.

Charges are nearly all of the ledger. What they come to is in the totals of days: these have all entries but payments,
so charges are what is left of them without the other entries, which are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from callrouter.billing.balance import signed, sums
from callrouter.billing.model import CHARGE, IS_NO_CHARGE, PAYMENT, LedgerEntry
from callrouter.figures.model import DayTotal
from callrouter.reports.money.statement import Balance, StatementAccount, account_balance

_OF_ENTRIES = (LedgerEntry.partner, LedgerEntry.currency, LedgerEntry.simulated)
_OF_TOTALS = (DayTotal.partner, DayTotal.currency, DayTotal.simulated)
Account = tuple[str, str, bool]


def account_balances(connection: sa.Connection, partner: str | None = None) -> Iterator[Balance]:
    """The accounts of a partner, or of all partners with entries."""
    entered, others = _entered(connection, partner), _others(connection, partner)
    for account in sorted(entered.keys() | others.keys()):
        of_account = others.get(account, {})
        charged = entered.get(account, 0) - sum(
            signed(entry_type, amount) for entry_type, amount in of_account.items() if entry_type != PAYMENT
        )
        key, currency, simulated = account
        yield account_balance(
            StatementAccount(partner=key, currency=currency, simulated=simulated),
            sums([*of_account.items(), (CHARGE, charged)]),
        )


def count_entries(
    connection: sa.Connection, partner: str, since: str | None = None, until: str | None = None
) -> int:
    """How many entries a partner's accounts have, from one month (`2026-10`) to another."""
    charges = sa.select(sa.func.coalesce(sa.func.sum(DayTotal.charged), 0)).where(
        DayTotal.partner == partner, *_within(DayTotal.day, since, until)
    )
    others = sa.select(sa.func.count()).where(
        LedgerEntry.partner == partner, IS_NO_CHARGE, *_within(LedgerEntry.day, since, until)
    )
    return sum(int(connection.execute(query).scalar_one()) for query in (charges, others))


def _within(
    day: sa.SQLColumnExpression[str], since: str | None, until: str | None
) -> Iterator[sa.ColumnElement[bool]]:
    """The days of these months: texts stand in the order of days."""
    if since:
        yield day >= since
    if until:
        yield day <= f"{until}-31"


def _entered(connection: sa.Connection, partner: str | None) -> Mapping[Account, int]:
    """What was entered in each account, in minor units, but for payments; what is taken off is below zero."""
    query = (
        sa.select(*_OF_TOTALS, sa.func.sum(DayTotal.amount - DayTotal.credited))
        # A row with the carrier's cost alone is no account.
        .where(sa.or_(DayTotal.charged != 0, DayTotal.amount != 0, DayTotal.credited != 0))
        .group_by(*_OF_TOTALS)
    )
    if partner:
        query = query.where(DayTotal.partner == partner)
    return {(row[0], row[1], bool(row[2])): int(row[3]) for row in connection.execute(query)}


def _others(connection: sa.Connection, partner: str | None) -> Mapping[Account, dict[str, int]]:
    """By account and type: the sums of all entries but charges."""
    query = (
        sa.select(*_OF_ENTRIES, LedgerEntry.entry_type, sa.func.sum(LedgerEntry.amount))
        .where(IS_NO_CHARGE)
        .group_by(*_OF_ENTRIES, LedgerEntry.entry_type)
    )
    if partner:
        query = query.where(LedgerEntry.partner == partner)
    found: dict[Account, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row[0], row[1], bool(row[2])][row[3]] = int(row[4])
    return found
