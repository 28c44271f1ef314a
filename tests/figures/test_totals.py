"""Totals of the day: kept by the database whatever writes there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.billing.model import LedgerEntry
from callrouter.figures.model import DIMENSIONS, FIGURES, partner_call
from callrouter.figures.recount import Totals, count_anew, unguarded
from tests.billing.history import START, Told, directory
from tests.figures.days import Days

CALL = Told("CA1", "sunrise", "helpline", "a", START, 90)
DAY = ("2026-10-01", "sunrise", "sunrise-la", "national", "helpline", True)


@pytest.fixture
def days(database_url: str) -> Iterator[Days]:
    """One call, answered and charged, of which the carrier took four and a quarter cents."""
    with opened_with(database_url) as days:
        yield days


def opened_with(url: str) -> closing[Days]:
    days = Days(url, directory())
    days.stores([CALL, replace(CALL, sid="CA2")])
    days.tells(["CA1"])
    days.costs({"CA1": 34_000, "CA1-leg": 8_500})
    return closing(days)


def told(totals: Totals) -> dict[tuple[Any, ...], dict[str, int]]:
    """What there is of each total, by what it is of."""
    return {
        key: {name: figure for name, figure in zip(FIGURES, figures, strict=True) if figure}
        for key, figures in totals.items()
    }


def test_calls_and_money_of_a_day_are_added_up(days: Days) -> None:
    kept, _ = days.totals()
    assert told(kept) == {
        (*DAY, ""): {"calls": 1, "rung": 1, "answered": 1, "waits": 1, "talk_seconds": 90},
        (*DAY, "USD"): {"costed": 1, "cost_micros": 42_500, "charged": 1, "amount": 3500},
    }


CHANGES = {
    "a talk has another length": sa.update(partner_call).values(talk_seconds=30, wait_seconds=None),
    "a call is another partner's": sa.update(partner_call).values(partner="harbor"),
    "a cost is not known any more": sa.update(partner_call).values(cost_micros=None, cost_currency=None),
    "calls go": sa.delete(partner_call),
    "many come": sa.insert(partner_call).from_select(
        partner_call.columns.keys(),
        sa.select(*(sa.literal("CA2") if c.name == "call" else c for c in partner_call.columns)),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_gets_around_them(days: Days, change: str) -> None:
    before, _ = days.totals()
    with days.database.engine.begin() as connection:
        connection.execute(CHANGES[change])
    kept, recounted = days.totals()
    assert kept == recounted != before


ENTRIES = {
    "charge": (3500, {"charged": 1, "amount": 3500}),
    "credit": (3500, {"credited": 3500}),
    "credit_reversal": (3500, {"amount": 3500}),
    "fee": (9900, {"amount": 9900}),
    "adjustment": (500, {"amount": 500}),
    "adjustment down": (-500, {"credited": 500}),
    "payment": (3500, {}),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_each_kind_of_entry_counts_as_an_invoice_counts_it(days: Days, what: str) -> None:
    amount, figures = ENTRIES[what]
    with days.database.engine.begin() as connection:
        if what == "credit_reversal":
            connection.execute(sa.insert(LedgerEntry), an_entry("credit", amount) | {"day": "2026-12-23"})
        connection.execute(sa.insert(LedgerEntry), an_entry(what.partition(" ")[0], amount))
    kept, recounted = days.totals()
    assert kept == recounted
    found = {key[: len(DIMENSIONS)]: figures for key, figures in told(kept).items() if key[0] == "2026-12-24"}
    assert list(found.values()) == ([figures] if figures else [])


def an_entry(what: str, amount: int) -> dict[str, Any]:
    """Of another day, with all that its kind must have."""
    row: dict[str, Any] = {"entry_type": what, "partner": "harbor", "kind": "helpline", "amount": amount}
    row |= {"currency": "EUR", "day": "2026-12-24", "period": "2026-12", "posted_at": START}
    row |= {"simulated": False, "reason": "a test says so", "person": "ada"}
    if what == "charge":
        row |= {"call": "CA2", "arrived_at": START}
    elif what in {"credit", "credit_reversal"}:
        row |= {"call": "CA1", "arrived_at": START, "reverses": 1 if what == "credit" else 2}
        row |= {"partner": "sunrise", "currency": "USD", "simulated": True}
    return row


def test_all_can_be_counted_anew(days: Days) -> None:
    right, _ = days.totals()
    with days.database.engine.begin() as connection, unguarded(connection):
        connection.exec_driver_sql("UPDATE day_total SET calls = 7")
    assert days.totals()[0] != right
    with days.database.engine.begin() as connection:
        count_anew(connection)
    assert days.totals() == (right, right)
