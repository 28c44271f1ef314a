"""The ledger entries that a figure of the billing report adds up, page by page, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.billing.model import SIGNED_AMOUNT, LedgerEntry
from callrouter.money import Money
from callrouter.reports.money.report_figure import ReportFigure, entries_of
from callrouter.reports.paging import KeysetOrder, list_page
from callrouter.reports.reading import in_batches

_ORDER = KeysetOrder((LedgerEntry.id,))


class FigureEntry(TypedDict):
    """One entry. `amount` in decimals: what is taken off is below zero."""

    id: int
    day: str
    entry: str
    partner: str
    center: str | None
    helpline: str | None
    kind: str
    call: str | None
    reason: str | None
    person: str | None
    amount: str
    currency: str
    posted_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some of the entries, how many there are, and what all of them come to in each currency."""

    entries: list[FigureEntry]
    total: int
    sums: list[Money]
    newer: int | None
    """the id of the first entry here, where there are newer ones"""
    older: int | None
    """the id of the last entry here, where more follow"""


def entry_page(
    connection: sa.Connection,
    figure: ReportFigure,
    size: int,
    after: int | None = None,
    before: int | None = None,
) -> EntryPage:
    """Up to `size` entries of a figure of money: after an id (older), before one (newer), or the newest of all."""
    conditions = list(entries_of(figure))
    query = _ORDER.cut(_entries(conditions), size + 1, after=_keys(after), before=_keys(before))
    found = [_entry(row) for row in connection.execute(query).mappings()]
    page = list_page(found, size, lambda entry: entry["id"], after=after, before=before)
    return EntryPage(
        page.rows,
        int(connection.execute(sa.select(sa.func.count()).where(*conditions)).scalar_one()),
        _sums(connection, conditions),
        page.previous,
        page.following,
    )


def all_entries(connection: sa.Connection, figure: ReportFigure) -> Iterator[FigureEntry]:
    """Every entry of the figure. They stream."""
    query = _ORDER.cut(_entries(list(entries_of(figure))), most=None)
    for batch in in_batches(connection, query):
        yield from map(_entry, batch)


def _entries(conditions: list[sa.ColumnElement[bool]]) -> sa.Select[tuple[object, ...]]:
    amount = SIGNED_AMOUNT.label("signed")
    return sa.select(LedgerEntry.__table__, amount).where(*conditions)


def _keys(entry: int | None) -> tuple[int] | None:
    return None if entry is None else (entry,)


def _sums(connection: sa.Connection, conditions: list[sa.ColumnElement[bool]]) -> list[Money]:
    amount = sa.cast(sa.func.sum(SIGNED_AMOUNT), sa.BigInteger)
    query = sa.select(amount, LedgerEntry.currency).where(*conditions).group_by(LedgerEntry.currency)
    return [
        Money(minor, currency) for minor, currency in connection.execute(query.order_by(LedgerEntry.currency))
    ]


def _entry(row: sa.RowMapping) -> FigureEntry:
    return FigureEntry(
        id=row["id"],
        day=row["day"],
        entry=row["entry_type"],
        partner=row["partner"],
        center=row["center"],
        helpline=row["helpline"],
        kind=row["kind"],
        call=row["call"],
        reason=row["reason"],
        person=row["person"],
        amount=Money(row["signed"], row["currency"]).decimal(),
        currency=row["currency"],
        posted_at=row["posted_at"],
        simulated=row["simulated"],
    )
