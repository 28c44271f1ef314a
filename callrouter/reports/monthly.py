"""A month by partner and kind of call: how many calls, how many answered, what was charged and what credited.

The month is each partner's own, in its zone: calls by their arrival, entries by the month that they were posted in,
which is what an invoice of that month is made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, CREDIT, entry
from callrouter.billing.period import bounds
from callrouter.calls.model import call, leg
from callrouter.directory.model import partner
from callrouter.money import Money
from callrouter.promises.model import return_call

NO_CURRENCY = "USD"
"""in whose form nothing is written where nothing was charged"""
_SUMMED = ("calls", "answered", "charged", "amount", "credited")


class Row(TypedDict):
    """A partner's calls of one kind. `calls` are those for which one of its centers was rung.

    `amount` and `credited` are decimal strings: what was charged (anew, too), and what was taken back.
    """

    partner: str
    kind: str
    currency: str | None
    calls: int
    answered: int
    charged: int
    amount: str
    credited: str
    simulated: bool


class Total(TypedDict):
    """All rows of one currency, added up; None where nothing was charged.

    A call for which centers of two partners were rung is one of each, so it is two here.
    """

    currency: str | None
    calls: int
    answered: int
    charged: int
    amount: str
    credited: str


class Report(TypedDict):
    """A month whole. `total` is that of the only currency; with several, `totals` has each."""

    month: str
    rows: list[Row]
    total: Total | None
    totals: list[Total]


@dataclass
class _Figures:
    """Of one row, in whole minor units."""

    partner: str
    kind: str
    simulated: bool
    currency: str | None = None
    calls: int = 0
    answered: int = 0
    charged: int = 0
    amount: int = 0
    credited: int = 0

    def in_decimals(self, minor: int) -> str:
        return Money(minor, self.currency or NO_CURRENCY).decimal()


def monthly(connection: sa.Connection, month: str) -> Report:
    """The report of a month; partners without calls and entries are left out."""
    query = sa.select(partner.c.key, partner.c.timezone).order_by(partner.c.key)
    figures = [
        one
        for key, timezone in connection.execute(query).all()
        for one in _figures(connection, key, timezone, month)
    ]
    totals = _totals(figures)
    return Report(
        month=month,
        rows=[_row(one) for one in figures],
        total=totals[0] if len(totals) == 1 else None,
        totals=totals,
    )


def _figures(connection: sa.Connection, key: str, timezone: str, month: str) -> list[_Figures]:
    found = [
        _Figures(key, kind, bool(simulated), currency, 0, 0, charged, int(amount), int(credited))
        for kind, simulated, currency, charged, amount, credited in _money(connection, key, month)
    ]
    for kind, simulated, calls, answered in _calls(connection, key, *bounds(month, timezone)):
        same = (one for one in found if (one.kind, one.simulated) == (kind, bool(simulated)))
        one = next(same, None)
        if one is None:
            found.append(one := _Figures(key, kind, bool(simulated)))
        one.calls, one.answered = calls, answered
    return sorted(found, key=lambda one: (one.kind, one.simulated, one.currency or ""))


def _row(one: _Figures) -> Row:
    return Row(
        partner=one.partner,
        kind=one.kind,
        currency=one.currency,
        calls=one.calls,
        answered=one.answered,
        charged=one.charged,
        amount=one.in_decimals(one.amount),
        credited=one.in_decimals(one.credited),
        simulated=one.simulated,
    )


def _money(connection: sa.Connection, key: str, month: str) -> Iterable[Any]:
    credit, charge = entry.c.entry == CREDIT, entry.c.entry == CHARGE
    return connection.execute(
        sa.select(
            entry.c.kind,
            entry.c.simulated,
            entry.c.currency,
            sa.func.count().filter(charge),
            sa.func.coalesce(sa.func.sum(entry.c.amount).filter(~credit), 0),
            sa.func.coalesce(sa.func.sum(entry.c.amount).filter(credit), 0),
        )
        .where(entry.c.partner == key, entry.c.period == month)
        .group_by(entry.c.kind, entry.c.simulated, entry.c.currency)
    )


def _calls(connection: sa.Connection, key: str, begin: datetime, end: datetime) -> Iterable[Any]:
    rung = sa.select(leg.c.call, leg.c.kind, (leg.c.outcome == "accepted").label("talked")).where(
        leg.c.partner == key
    )
    returned = sa.select(
        return_call.c.call, return_call.c.kind, (return_call.c.outcome == "kept").label("talked")
    ).where(return_call.c.partner == key)
    tried = sa.union_all(rung, returned).subquery()
    return connection.execute(
        sa.select(
            tried.c.kind,
            call.c.simulated,
            sa.func.count(tried.c.call.distinct()),
            sa.func.count(sa.case((tried.c.talked, tried.c.call)).distinct()),
        )
        .join_from(tried, call, call.c.sid == tried.c.call)
        .where(call.c.arrived_at >= begin, call.c.arrived_at < end)
        .group_by(tried.c.kind, call.c.simulated)
    )


def _totals(figures: list[_Figures]) -> list[Total]:
    """One for each currency; rows in which nothing was charged count with the first."""
    known = sorted({one.currency for one in figures if one.currency})
    currencies: list[str | None] = [*known] or [None]
    return [
        _total([one for one in figures if (one.currency or currencies[0]) == currency], currency)
        for currency in (currencies if figures else ())
    ]


def _total(figures: list[_Figures], currency: str | None) -> Total:
    sums = {name: sum(getattr(one, name) for one in figures) for name in _SUMMED}
    return Total(
        currency=currency,
        calls=sums["calls"],
        answered=sums["answered"],
        charged=sums["charged"],
        amount=Money(sums["amount"], currency or NO_CURRENCY).decimal(),
        credited=Money(sums["credited"], currency or NO_CURRENCY).decimal(),
    )
