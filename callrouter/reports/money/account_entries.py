"""The entries of a partner's accounts, page by page, the newest first, with the balance after each.

A balance is the sum of all entries before. The days before the page are added up from the totals of days, so that a
page is as quick in the tenth year as in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.billing.model import PAYMENT, SIGNED_AMOUNT, LedgerEntry
from callrouter.errors import Fault
from callrouter.figures.model import DayTotal
from callrouter.invoices.model import InvoiceLine
from callrouter.money import Money
from callrouter.reports.money.account_balances import count_entries
from callrouter.reports.money.statement import FIGURE_ENTRIES, StatementLine
from callrouter.reports.paging import KeysetOrder, ListPage, list_page

_ORDER = KeysetOrder((LedgerEntry.period, LedgerEntry.day, LedgerEntry.id))
"""the index has the first, so that the latest month is read and not all"""


@dataclass(frozen=True, slots=True)
class AccountFigure:
    """A figure of one account: of a currency, of simulated or of real calls. Raises Fault where there is none."""

    name: str
    currency: str
    simulated: bool

    def __post_init__(self) -> None:
        if self.name not in FIGURE_ENTRIES:
            raise Fault(f"{self.name!r} is no figure of an account")

    @property
    def words(self) -> str:
        return f"{self.name} in {self.currency}"

    def adds_up(self, line: StatementLine) -> bool:
        """Whether the figure is made of this line, too."""
        of_account = (line["currency"], line["simulated"]) == (self.currency, self.simulated)
        return of_account and line["what"] in FIGURE_ENTRIES[self.name]


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """Which entries of a partner: from one month (`2026-10`) to another, and of one figure. None: all."""

    partner: str
    since: str | None = None
    until: str | None = None
    figure: AccountFigure | None = None


class EntryPlace(NamedTuple):
    """A place in the list: just beside this entry."""

    day: str
    id: int


class AccountEntry(TypedDict):
    """An entry as in a `StatementLine`. `balance` is None where a figure is wanted: what is between is not there."""

    id: int
    day: str
    what: str
    call: str | None
    why: str | None
    person: str | None
    invoice: str | None
    amount: str
    balance: str | None
    currency: str
    simulated: bool


def account_page(
    connection: sa.Connection,
    wanted: WantedEntries,
    size: int,
    *,
    after: EntryPlace | None = None,
    before: EntryPlace | None = None,
) -> ListPage[AccountEntry, EntryPlace]:
    """Up to `size` entries: those after a place (older), before a place (newer), or the newest of all."""
    found = connection.execute(_query(wanted, size + 1, after, before)).mappings().all()
    page = list_page(found, size, _place, after=after, before=before)
    entries = (
        (_entry(row, None) for row in page.rows) if wanted.figure else _with_balances(connection, page.rows)
    )
    return ListPage(list(entries), page.previous, page.following)


def count_account_entries(connection: sa.Connection, wanted: WantedEntries) -> int:
    """How many entries are wanted, to the last one."""
    if wanted.figure is None:
        return count_entries(connection, wanted.partner, wanted.since, wanted.until)
    query = sa.select(sa.func.count()).select_from(LedgerEntry).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def figure_sum(connection: sa.Connection, wanted: WantedEntries) -> Money | None:
    """What the entries of the figure come to; what is taken off is below zero. None: no figure is wanted."""
    if wanted.figure is None:
        return None
    minor = _sum(connection, SIGNED_AMOUNT, *_conditions(wanted))
    return Money(minor, wanted.figure.currency)


def _query(
    wanted: WantedEntries, most: int, after: EntryPlace | None, before: EntryPlace | None
) -> sa.Select[Any]:
    query = (
        sa.select(LedgerEntry.__table__, SIGNED_AMOUNT.label("signed"), InvoiceLine.invoice)
        .outerjoin_from(LedgerEntry, InvoiceLine, InvoiceLine.entry == LedgerEntry.id)
        .where(*_conditions(wanted))
    )
    # PostgreSQL does not deduce the month from the tuple, so the index would not be used.
    if after:
        query = query.where(LedgerEntry.period <= _month(after.day))
    if before:
        query = query.where(LedgerEntry.period >= _month(before.day))
    return _ORDER.cut(query, most, after=_keys(after), before=_keys(before))


def _conditions(wanted: WantedEntries) -> Iterator[sa.ColumnElement[bool]]:
    yield LedgerEntry.partner == wanted.partner
    if wanted.since:
        yield LedgerEntry.period >= wanted.since
    if wanted.until:
        yield LedgerEntry.period <= wanted.until
    if wanted.figure:
        yield LedgerEntry.currency == wanted.figure.currency
        yield LedgerEntry.simulated.is_(wanted.figure.simulated)
        yield LedgerEntry.entry_type.in_(sorted(FIGURE_ENTRIES[wanted.figure.name]))


def _keys(place: EntryPlace | None) -> tuple[str, str, int] | None:
    return (_month(place.day), place.day, place.id) if place else None


def _month(day: str) -> str:
    return day[: len("2026-10")]


def _place(row: sa.RowMapping) -> EntryPlace:
    return EntryPlace(row["day"], row["id"])


def _with_balances(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> Iterator[AccountEntry]:
    """The rows with the balance of their account after each of them."""
    balances: dict[tuple[str, bool], int] = {}
    for row in rows:
        account = (row["currency"], row["simulated"])
        balance = balances[account] if account in balances else _balance(connection, row)
        yield _entry(row, balance)
        balances[account] = balance - row["signed"]


def _balance(connection: sa.Connection, row: sa.RowMapping) -> int:
    """What the partner owed in this account after an entry."""
    of_entries, of_totals = (
        (
            table.partner == row["partner"],
            table.currency == row["currency"],
            table.simulated == row["simulated"],
        )
        for table in (LedgerEntry, DayTotal)
    )
    until_then = sa.and_(
        LedgerEntry.period == row["period"], LedgerEntry.day == row["day"], LedgerEntry.id <= row["id"]
    )
    is_payment = sa.and_(LedgerEntry.entry_type == PAYMENT, LedgerEntry.call.is_(None))
    earlier = _sum(connection, DayTotal.amount - DayTotal.credited, *of_totals, DayTotal.day < row["day"])
    paid = _sum(connection, LedgerEntry.amount, *of_entries, is_payment, LedgerEntry.day < row["day"])
    return earlier - paid + _sum(connection, SIGNED_AMOUNT, *of_entries, until_then)


def _sum(
    connection: sa.Connection, amount: sa.SQLColumnExpression[int], *conditions: sa.ColumnElement[bool]
) -> int:
    query = sa.select(sa.func.coalesce(sa.func.sum(amount), 0)).where(*conditions)
    return int(connection.execute(query).scalar_one())


def _entry(row: sa.RowMapping, balance: int | None) -> AccountEntry:
    currency = row["currency"]
    return AccountEntry(
        id=row["id"],
        day=row["day"],
        what=row["entry_type"],
        call=row["call"],
        why=row["reason"],
        person=row["person"],
        invoice=row["invoice"],
        amount=Money(row["signed"], currency).decimal(),
        balance=None if balance is None else Money(balance, currency).decimal(),
        currency=currency,
        simulated=row["simulated"],
    )
