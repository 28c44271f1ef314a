"""Months of calls and money, by whatever is asked for: days, partners, centers …

The days are each partner's own, in its zone: of calls that of their arrival, of entries the one that they count for; so
the money of a month is that of its invoices. All of it is read from `day_total`, however many calls there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NotRequired, TypedDict

import sqlalchemy as sa

from callrouter.figures.model import NOBODY, day_total
from callrouter.reports.sums import Line, Sums, Told, lines, totals

_OF = day_total.c
GROUPINGS: dict[str, sa.ColumnElement[str]] = {
    "day": _OF.day,
    "month": sa.func.substr(_OF.day, 1, 7),
    "partner": _OF.partner,
    "center": _OF.center,
    "helpline": _OF.helpline,
    "kind": _OF.kind,
}
BY_PARTNER = ("partner", "kind")
"""what is told where nothing is asked for: it leaves out calls for which nobody was rung"""
_HAS_A_PART = frozenset({"partner", "center"})


def has_parts(by: Sequence[str]) -> bool:
    """Whether a call is counted with each partner that had a part in it."""
    return not by or bool(_HAS_A_PART & set(by))


class Report(TypedDict):
    """Months whole. Each row has a key for each grouping, with None for none, and those of `Told`.

    By partner or center, `calls` are those for which it was rung, or that it returned: a call is counted once with each
    partner, so with two partners it is two in the totals. Otherwise each call is one. `totals` has one of each
    currency, what was simulated apart, and `total` is that of the only currency of what is real (or of all, where
    nothing is).
    """

    month: str
    through: NotRequired[str]
    rows: list[dict[str, Any]]
    total: Told | None
    totals: list[Told]


def monthly(
    connection: sa.Connection, month: str, through: str | None = None, by: Sequence[str] = ()
) -> Report:
    """The report of a month, or of several; what has neither calls nor entries is left out."""
    found = list(_lines(connection, month, through or month, by or BY_PARTNER))
    if not by:
        found = [line for line in found if line.of[0] != NOBODY]
    all_totals = totals(found)
    counted = [total for total in all_totals if not total.simulated] or all_totals
    report = Report(
        month=month,
        rows=[_row(line, by or BY_PARTNER) for line in found],
        total=counted[0].told() if len(counted) == 1 else None,
        totals=[total.told() for total in all_totals],
    )
    if through:
        report["through"] = through
    return report


def columns(by: Sequence[str]) -> tuple[str, ...]:
    """The columns of a report's rows."""
    return (*(by or BY_PARTNER), *Told.__annotations__)


def _lines(connection: sa.Connection, first: str, last: str, by: Sequence[str]) -> Iterator[Line]:
    keys = len(by)
    rows = connection.execute(_query(first, last, by)).all()
    for (of, simulated), of_each_currency in groupby(rows, lambda row: (row[:keys], row[keys])):
        by_currency = {row[keys + 1]: Sums(*row[keys + 2 :]) for row in of_each_currency}
        if any(map(any, by_currency.values())):
            yield from lines(of, bool(simulated), by_currency)


def _query(first: str, last: str, by: Sequence[str]) -> sa.Select[Any]:
    keys = [*(GROUPINGS[name] for name in by), _OF.simulated, _OF.currency]
    return (
        sa.select(*keys, *_sums(by))
        # As text `2026-10-32` is later than every day of the month, and earlier than the next.
        .where(_OF.day >= f"{first}-01", _OF.day < f"{last}-32")
        .group_by(*keys)
        .order_by(*keys)
    )


def _sums(by: Sequence[str]) -> Iterator[sa.ColumnElement[int]]:
    """In the order of `Sums`. By partner or center a call is one of each that had a part in it."""
    instead = {"homes": _OF.calls, "calls": _OF.rung if has_parts(by) else _OF.calls}
    for name in Sums._fields:
        column = instead[name] if name in instead else _OF[name]
        yield sa.cast(sa.func.sum(column), sa.BigInteger)


def _row(line: Line, by: Sequence[str]) -> dict[str, Any]:
    return {**{name: value or None for name, value in zip(by, line.of, strict=True)}, **line.told()}
