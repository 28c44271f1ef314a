"""Recomputes the totals of `day_total`, `quarter_hour_total` and `account_month` from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, CREDIT, PAYMENT, LedgerEntry
from callrouter.figures.comparison import compare, differing
from callrouter.figures.model import (
    ALL_CALLS,
    DIMENSIONS,
    FIGURES,
    MONTH_DIMENSIONS,
    MONTH_FIGURES,
    QUARTER_DIMENSIONS,
    QUARTER_FIGURES,
    AccountMonth,
    DayTotal,
    PartnerCall,
    QuarterHourTotal,
)
from callrouter.figures.recount_account_months import RECOUNT_MONTHS
from callrouter.figures.recount_quarters import RECOUNT_QUARTERS

_Figures = Mapping[str, sa.ColumnElement[int]]
_NONE = sa.literal_column("''", sa.Text)


def _number(condition: sa.SQLColumnExpression[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


_OF_CALL: _Figures = {
    "calls": _number(PartnerCall.is_primary),
    "rung": sa.literal_column("1", sa.Integer),
    "answered": _number(PartnerCall.answered),
    "promised": _number(PartnerCall.promised),
    "kept": _number(PartnerCall.kept),
    "waits": _number(PartnerCall.wait_seconds.is_not(None)),
    "wait_seconds": sa.func.coalesce(PartnerCall.wait_seconds, 0),
    "talk_seconds": sa.type_coerce(PartnerCall.talk_seconds, sa.Integer),
}
_OF_COST: _Figures = {
    "calls_with_cost": sa.literal_column("1", sa.Integer),
    "cost_micros": sa.type_coerce(PartnerCall.cost_micros, sa.BigInteger),
}
_OF_ENTRY: _Figures = {
    "charged": _number(LedgerEntry.entry_type == CHARGE),
    "amount": sa.case(
        (sa.or_(LedgerEntry.entry_type == CREDIT, LedgerEntry.amount < 0), 0), else_=LedgerEntry.amount
    ),
    "credited": sa.case(
        (LedgerEntry.entry_type == CREDIT, LedgerEntry.amount),
        (LedgerEntry.amount < 0, -LedgerEntry.amount),
        else_=0,
    ),
}


def _part(table: sa.FromClause, currency: sa.SQLColumnExpression[Any], figures: _Figures) -> sa.Select[Any]:
    """What each row adds to the totals."""
    columns = table.c
    return sa.select(
        columns.day,
        columns.partner,
        sa.func.coalesce(columns.center, "").label("center"),
        sa.func.coalesce(columns.helpline, "").label("helpline"),
        columns.kind,
        columns.simulated,
        currency.label("currency"),
        *(figures.get(name, sa.literal_column("0")).label(name) for name in FIGURES),
    )


_PARTS = sa.union_all(
    _part(PartnerCall.__table__, _NONE, _OF_CALL),
    _part(PartnerCall.__table__, PartnerCall.cost_currency, _OF_COST).where(
        PartnerCall.cost_micros.is_not(None)
    ),
    _part(LedgerEntry.__table__, LedgerEntry.currency, _OF_ENTRY).where(LedgerEntry.entry_type != PAYMENT),
).subquery("parts")
_KEYS = [_PARTS.c[name] for name in DIMENSIONS]
RECOUNT = sa.select(
    *_KEYS, *(sa.cast(sa.func.sum(_PARTS.c[name]), sa.BigInteger).label(name) for name in FIGURES)
).group_by(*_KEYS)
"""the rows that `day_total` should have"""


class FigureDifference(NamedTuple):
    """A figure of a day, a quarter of an hour or an account's month that differs from its recount.

    Empty names are None.
    """

    day: str
    """or a quarter's beginning, `2026-11-24T18:15+00:00`, of a helpline or of all calls; or a month, `2026-11`"""
    partner: str | None
    center: str | None
    helpline: str | None
    kind: str | None
    """of an account's month: the type of the entries"""
    simulated: bool | None
    currency: str | None
    """of money; None: a figure about calls"""
    figure: str
    """a column of the table of totals"""
    kept: int
    recounted: int


def differences(connection: sa.Connection) -> list[FigureDifference]:
    """The figures that differ from a recount, by day. It reads all calls and entries."""
    days = compare(DayTotal.__table__, RECOUNT, DIMENSIONS, FIGURES)
    quarters = compare(QuarterHourTotal.__table__, RECOUNT_QUARTERS, QUARTER_DIMENSIONS, QUARTER_FIGURES)
    months = compare(AccountMonth.__table__, RECOUNT_MONTHS, MONTH_DIMENSIONS, MONTH_FIGURES)
    return [
        *(one for row in connection.execute(days).mappings() for one in _of_day(row)),
        *(one for row in connection.execute(quarters).mappings() for one in _of_quarter(row)),
        *(one for row in connection.execute(months).mappings() for one in _of_month(row)),
    ]


def _of_day(row: sa.RowMapping) -> Iterator[FigureDifference]:
    of: dict[str, Any] = {name: None if row[name] == "" else row[name] for name in DIMENSIONS}
    for figure, kept, recounted in differing(row, FIGURES):
        yield FigureDifference(**of, figure=figure, kept=kept, recounted=recounted)


def _of_quarter(row: sa.RowMapping) -> Iterator[FigureDifference]:
    helpline = None if row["scope"] == ALL_CALLS else row["scope"]
    begins = row["begins_at"].astimezone(UTC).isoformat(timespec="minutes")
    for figure, kept, recounted in differing(row, QUARTER_FIGURES):
        yield FigureDifference(begins, None, None, helpline, None, None, None, figure, kept, recounted)


def _of_month(row: sa.RowMapping) -> Iterator[FigureDifference]:
    of = row["period"], row["partner"], None, None, row["entry_type"], row["simulated"], row["currency"]
    for figure, kept, recounted in differing(row, MONTH_FIGURES):
        yield FigureDifference(*of, figure, kept, recounted)
