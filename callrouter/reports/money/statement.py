"""Account balances, and statements with the balance after each entry.

Balances are added up from the totals of months, which the database keeps with the entries. Each currency, and simulated
calls, have accounts of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, tee
from typing import TypedDict

import sqlalchemy as sa

from callrouter.billing.balance import Sums, running, signed, sums
from callrouter.billing.model import (
    ADJUSTMENT,
    CHARGE,
    CREDIT,
    CREDIT_REVERSAL,
    FEE,
    PAYMENT,
    LedgerEntry,
)
from callrouter.figures.model import AccountMonth
from callrouter.invoices.model import InvoiceLine
from callrouter.money import Money
from callrouter.reports.reading import in_batches

FIGURE_ENTRIES: Mapping[str, frozenset[str]] = {
    "charged": frozenset({CHARGE, CREDIT_REVERSAL}),
    "credited": frozenset({CREDIT}),
    "adjusted": frozenset({ADJUSTMENT}),
    "fees": frozenset({FEE}),
    "paid": frozenset({PAYMENT}),
}
"""figure of a `Balance`: the types of the entries that it adds up"""
OPENING, CLOSING = "opening balance", "closing balance"
_OF_LINE = tuple(
    LedgerEntry.__table__.c[name]
    for name in ("day", "entry_type", "call", "kind", "amount", "currency", "reason", "person")
)


class StatementAccount(TypedDict):
    """The partner, currency and kind of an account."""

    partner: str
    currency: str
    simulated: bool


class Balance(StatementAccount):
    """The sums of an account, in decimal strings. `balance` is what the partner owes; negative if we owe it."""

    charged: str
    credited: str
    adjusted: str
    fees: str
    paid: str
    balance: str


class StatementLine(StatementAccount):
    """An entry with its signed amount and the balance after it; or the opening or closing balance.

    `day` is the partner's day that the entry counts for. `why` is its reason, or the reference of a payment.
    `invoice` is the invoice that has it.
    """

    day: str | None
    what: str
    call: str | None
    kind: str | None
    why: str | None
    person: str | None
    invoice: str | None
    amount: str | None
    balance: str


def balances(connection: sa.Connection, partner: str | None = None) -> Iterator[Balance]:
    """The accounts of a partner, or of all partners with entries."""
    account_of = (AccountMonth.partner, AccountMonth.currency, AccountMonth.simulated)
    query = (
        sa.select(*account_of, AccountMonth.entry_type, sa.func.sum(AccountMonth.amount))
        .group_by(*account_of, AccountMonth.entry_type)
        .order_by(*account_of)
    )
    if partner:
        query = query.where(AccountMonth.partner == partner)
    for (key, currency, simulated), rows in groupby(
        connection.execute(query), key=lambda row: tuple(row[:3])
    ):
        account = StatementAccount(partner=key, currency=currency, simulated=bool(simulated))
        yield account_balance(account, sums((row[3], int(row[4])) for row in rows))


def account_balance(account: StatementAccount, found: Sums) -> Balance:
    """The balance of an account whose entries come to this."""
    currency = account["currency"]
    return Balance(
        **account,
        charged=Money(found.charged, currency).decimal(),
        credited=Money(found.credited, currency).decimal(),
        adjusted=Money(found.adjusted, currency).decimal(),
        fees=Money(found.fees, currency).decimal(),
        paid=Money(found.paid, currency).decimal(),
        balance=Money(found.balance, currency).decimal(),
    )


def statement(
    connection: sa.Connection, partner: str, since: str | None = None, until: str | None = None
) -> Iterator[StatementLine]:
    """A partner's accounts by day, from one month (`2026-10`) to another. The lines stream."""
    for currency, simulated in _accounts(connection, partner):
        of_account = (
            LedgerEntry.partner == partner,
            LedgerEntry.currency == currency,
            LedgerEntry.simulated == simulated,
        )
        account = StatementAccount(partner=partner, currency=currency, simulated=bool(simulated))
        opening = _balance_before(connection, account, since) if since else 0
        yield from _lines(account, opening, _entries(connection, of_account, since, until))


def _accounts(connection: sa.Connection, partner: str) -> list[tuple[str, bool]]:
    columns = (AccountMonth.currency, AccountMonth.simulated)
    query = sa.select(*columns).where(AccountMonth.partner == partner).distinct().order_by(*columns)
    return [(currency, simulated) for currency, simulated in connection.execute(query)]


def _balance_before(connection: sa.Connection, account: StatementAccount, month: str) -> int:
    query = sa.select(AccountMonth.entry_type, AccountMonth.amount).where(
        AccountMonth.partner == account["partner"],
        AccountMonth.currency == account["currency"],
        AccountMonth.simulated == account["simulated"],
        AccountMonth.period < month,
    )
    return sum(signed(entry_type, amount) for entry_type, amount in connection.execute(query))


def _entries(
    connection: sa.Connection,
    of_account: tuple[sa.ColumnElement[bool], ...],
    since: str | None,
    until: str | None,
) -> Iterator[sa.RowMapping]:
    query = (
        sa.select(*_OF_LINE, InvoiceLine.invoice)
        .outerjoin_from(LedgerEntry, InvoiceLine, InvoiceLine.entry == LedgerEntry.id)
        .where(*of_account)
        .order_by(LedgerEntry.day, LedgerEntry.id)
    )
    if since:
        query = query.where(LedgerEntry.period >= since)
    if until:
        query = query.where(LedgerEntry.period <= until)
    for batch in in_batches(connection, query):
        yield from batch


def _lines(account: StatementAccount, opening: int, rows: Iterator[sa.RowMapping]) -> Iterator[StatementLine]:
    balance = opening
    yield _a_balance(account, OPENING, balance)
    rows, again = tee(rows)
    for row, balance in zip(rows, running(opening, map(_signed, again)), strict=True):
        yield _line(account, row, balance)
    yield _a_balance(account, CLOSING, balance)


def _signed(row: sa.RowMapping) -> int:
    return signed(row["entry_type"], row["amount"])


def _a_balance(account: StatementAccount, what: str, balance: int) -> StatementLine:
    return StatementLine(
        **account,
        day=None,
        what=what,
        call=None,
        kind=None,
        why=None,
        person=None,
        invoice=None,
        amount=None,
        balance=Money(balance, account["currency"]).decimal(),
    )


def _line(account: StatementAccount, row: sa.RowMapping, balance: int) -> StatementLine:
    return StatementLine(
        **account,
        day=row["day"],
        what=row["entry_type"],
        call=row["call"],
        kind=row["kind"],
        why=row["reason"],
        person=row["person"],
        invoice=row["invoice"],
        amount=Money(_signed(row), row["currency"]).decimal(),
        balance=Money(balance, row["currency"]).decimal(),
    )
