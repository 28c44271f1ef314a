"""Totals of the day: kept by the database whatever writes there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bench.many_calls import count_totals, without_guard
from callrouter.billing.model import LedgerEntry
from callrouter.figures.model import PartnerCall
from callrouter.figures.recount import FigureDifference
from tests.billing.history import START, ReportedCall, directory
from tests.figures.days import Days
from tests.owner import as_owner

CALL = ReportedCall("CA1", "sunrise", "helpline", "a", START, 90)
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


def test_calls_and_money_of_a_day_are_added_up(days: Days) -> None:
    assert days.totals() == {
        (*DAY, ""): {"calls": 1, "rung": 1, "answered": 1, "waits": 1, "talk_seconds": 90},
        (*DAY, "USD"): {"calls_with_cost": 1, "cost_micros": 42_500, "charged": 1, "amount": 3500},
    }


CHANGES = {
    "a talk has another length": sa.update(PartnerCall).values(talk_seconds=30, wait_seconds=None),
    "a call is another partner's": sa.update(PartnerCall).values(partner="harbor"),
    "a cost is not known any more": sa.update(PartnerCall).values(cost_micros=None, cost_currency=None),
    "calls go": sa.delete(PartnerCall),
    "many come": sa.insert(PartnerCall).from_select(
        PartnerCall.__table__.columns.keys(),
        sa.select(*(sa.literal("CA2") if c.name == "call" else c for c in PartnerCall.__table__.columns)),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_gets_around_them(days: Days, change: str) -> None:
    before = days.totals()
    with days.database.engine.begin() as connection:
        connection.execute(CHANGES[change])
    assert days.totals() != before
    assert days.differences() == []


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
    assert days.differences() == []
    found = [found for key, found in days.totals().items() if key[0] == "2026-12-24"]
    assert found == ([figures] if figures else [])


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


def test_a_recount_finds_each_figure_that_was_changed_around_the_triggers(days: Days) -> None:
    with as_owner(days.database) as connection, without_guard(connection):
        connection.exec_driver_sql("UPDATE day_total SET calls = 7 WHERE currency = ''")
        connection.exec_driver_sql("DELETE FROM day_total WHERE currency = 'USD'")
    of_day = DAY
    assert days.differences() == [
        FigureDifference(*of_day, None, "calls", 7, 1),
        FigureDifference(*of_day, "USD", "calls_with_cost", 0, 1),
        FigureDifference(*of_day, "USD", "cost_micros", 0, 42_500),
        FigureDifference(*of_day, "USD", "charged", 0, 1),
        FigureDifference(*of_day, "USD", "amount", 0, 3500),
    ]


def test_a_recount_finds_a_quarter_of_an_hour_that_was_changed_around_the_triggers(days: Days) -> None:
    with as_owner(days.database) as connection, without_guard(connection):
        connection.exec_driver_sql("UPDATE quarter_hour_total SET answered = 7, wait_5 = 0")
    quarter = f"{START:%Y-%m-%dT%H:%M}+00:00"
    assert days.differences() == [
        FigureDifference(quarter, None, None, helpline, None, None, None, figure, kept, 1)
        for helpline in (None, "national")
        for figure, kept in (("answered", 7), ("wait_5", 0))
    ]


def test_a_recount_finds_a_total_of_calls_that_are_not_there(days: Days) -> None:
    with as_owner(days.database) as connection, without_guard(connection):
        connection.exec_driver_sql("UPDATE day_total SET day = '2026-10-02' WHERE currency = 'USD'")
    found = {(one.day, one.figure): (one.kept, one.recounted) for one in days.differences()}
    assert found["2026-10-01", "amount"] == (0, 3500)
    assert found["2026-10-02", "amount"] == (3500, 0)


def test_a_bench_counts_all_totals_in_one_statement(days: Days) -> None:
    right = days.totals()
    with as_owner(days.database) as connection, without_guard(connection):
        connection.exec_driver_sql("UPDATE day_total SET calls = 7")
    assert days.totals() != right
    with as_owner(days.database) as connection:
        count_totals(connection)
    assert days.totals() == right
    assert days.differences() == []
