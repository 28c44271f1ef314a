"""The monthly report: calls and money by days, partners, centers and other groupings.

A call counts on the partner's day of its arrival, an entry on the day that it is posted for, so a month's money
equals its invoices. It is read from `day_total`, whatever the number of calls; only monthly fees of zero are read
from the ledger, because they add nothing there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, NotRequired, TypedDict

import sqlalchemy as sa

from callrouter.billing.model import FEE, LedgerEntry
from callrouter.figures.model import NOBODY, DayTotal
from callrouter.reports.money.sums import FigureSums, ReportFigures, ReportLine, added, lines, totals

_OF = DayTotal.__table__.c
GROUPINGS: dict[str, sa.ColumnElement[str]] = {
    "day": _OF.day,
    "month": sa.func.substr(_OF.day, 1, 7),
    "partner": _OF.partner,
    "center": _OF.center,
    "helpline": _OF.helpline,
    "kind": _OF.kind,
}
_NONE = sa.literal("")
_OF_FEE: dict[str, sa.SQLColumnExpression[str]] = {
    "day": LedgerEntry.day,
    "month": LedgerEntry.period,
    "partner": LedgerEntry.partner,
    "center": _NONE,
    "helpline": _NONE,
    "kind": LedgerEntry.kind,
}
BY_PARTNER = ("partner", "kind")
"""the default grouping; it leaves out calls that rang nobody"""
ALL_ROWS = slice(None)
_HAS_A_PART = frozenset({"partner", "center"})


def has_parts(by: Sequence[str]) -> bool:
    """Whether a call is counted with each partner that was rung for it."""
    return not by or bool(_HAS_A_PART & set(by))


class _GroupKey(NamedTuple):
    """The values of the groupings."""

    keys: tuple[str, ...]
    simulated: bool


_Figures = tuple[_GroupKey, str, FigureSums]
"""by currency; empty: figures of calls"""


class MonthlyReport(TypedDict):
    """A report. Each row has a key for each grouping (None for none), and those of `ReportFigures`.

    By partner or center, `calls` counts the calls that rang it or that it returned, so a call of two partners counts
    with each. Otherwise each call counts once. The totals count each call once: with its primary partner, in that
    partner's month. `totals` has one row for each currency, simulated calls apart, and `total` is the only real
    currency's (or the only row).
    """

    month: str
    through: NotRequired[str]
    rows: list[dict[str, Any]]
    total: ReportFigures | None
    totals: list[ReportFigures]


def monthly(
    connection: sa.Connection, month: str, through: str | None = None, by: Sequence[str] = ()
) -> MonthlyReport:
    """The report of one or more months. Rows without calls and entries are left out."""
    return monthly_page(connection, month, through, by)[0]


def monthly_page(
    connection: sa.Connection,
    month: str,
    through: str | None = None,
    by: Sequence[str] = (),
    rows: slice = ALL_ROWS,
) -> tuple[MonthlyReport, int]:
    """The report with some of its rows and the totals of all, and how many rows it has."""
    found = list(_lines(connection, month, through or month, by or BY_PARTNER))
    if not by:
        found = [line for line in found if line.of[0] != NOBODY]
    all_totals = totals(found)
    counted = [total for total in all_totals if not total.simulated] or all_totals
    report = MonthlyReport(
        month=month,
        rows=[_row(line, by or BY_PARTNER) for line in found[rows]],
        total=counted[0].figures() if len(counted) == 1 else None,
        totals=[total.figures() for total in all_totals],
    )
    if through:
        report["through"] = through
    return report, len(found)


def columns(by: Sequence[str]) -> tuple[str, ...]:
    """The columns of a report's rows."""
    return (*(by or BY_PARTNER), *ReportFigures.__annotations__)


def _lines(connection: sa.Connection, first: str, last: str, by: Sequence[str]) -> Iterator[ReportLine]:
    found: dict[_GroupKey, dict[str, FigureSums]] = defaultdict(dict)
    for of, currency, sums in (*_kept(connection, first, last, by), *_free_fees(connection, first, last, by)):
        known = found[of].get(currency)
        found[of][currency] = added([known, sums]) if known else sums
    for of, by_currency in sorted(found.items(), key=itemgetter(0)):
        if any(map(any, by_currency.values())):
            yield from lines(of.keys, of.simulated, by_currency)


def _kept(connection: sa.Connection, first: str, last: str, by: Sequence[str]) -> Iterator[_Figures]:
    """The sums of the daily figures."""
    keys = [*(GROUPINGS[name] for name in by), _OF.simulated, _OF.currency]
    query = sa.select(*keys, *_sums(by)).where(*_within(_OF.day, first, last)).group_by(*keys)
    kept = len(by)
    for row in connection.execute(query).all():
        yield _GroupKey(row[:kept], row[kept]), row[kept + 1], FigureSums._make(row[kept + 2 :])


def _free_fees(connection: sa.Connection, first: str, last: str, by: Sequence[str]) -> Iterator[_Figures]:
    """Monthly fees of zero: they are on the invoice and add nothing to any figure."""
    keys = [*(_OF_FEE[name] for name in by), LedgerEntry.simulated, LedgerEntry.currency]
    of_nothing = (LedgerEntry.entry_type == FEE, LedgerEntry.amount == 0)
    for row in connection.execute(
        sa.select(*keys).where(*of_nothing, *_within(LedgerEntry.day, first, last))
    ):
        *of, simulated, currency = row
        yield _GroupKey(tuple(of), bool(simulated)), currency, FigureSums(free_fees=1)


def _within(day: sa.SQLColumnExpression[str], first: str, last: str) -> tuple[sa.ColumnElement[bool], ...]:
    """From the first month to the last. As text, `2026-10-32` sorts after every day of October."""
    return day >= f"{first}-01", day < f"{last}-32"


def _sums(by: Sequence[str]) -> Iterator[sa.ColumnElement[int]]:
    """In the order of `FigureSums`. By partner or center, a call counts with each that was rung for it."""
    instead: dict[str, sa.ColumnElement[int]] = {
        "primary_calls": _OF.calls,
        "calls": _OF.rung if has_parts(by) else _OF.calls,
        "calls_with_cost": _OF.calls_with_cost,
        "free_fees": sa.literal(0),
    }
    for name in FigureSums._fields:
        column = instead[name] if name in instead else _OF[name]
        yield sa.cast(sa.func.sum(column), sa.BigInteger)


def _row(line: ReportLine, by: Sequence[str]) -> dict[str, Any]:
    return {**{name: value or None for name, value in zip(by, line.of, strict=True)}, **line.figures()}
