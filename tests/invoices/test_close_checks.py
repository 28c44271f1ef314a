"""What stands in the way of closing a month, by the facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callrouter.invoices.close_checks import CLOSE, CREDIT, DRAIN, EXPLAIN, RECONCILE, WAIT, Blocker, blockers
from callrouter.invoices.close_facts import CloseFacts, UnconfirmedCharge
from callrouter.invoices.month import Days, InvoicedMonth, end_of, runs
from callrouter.invoices.uncharged_calls import UnchargedCall

NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
MONTH = InvoicedMonth("sunrise", "2026-10", "America/Los_Angeles", simulated=False)
NOTHING = CloseFacts(
    month=MONTH,
    now=NOVEMBER,
    early=False,
    last_closed="2026-09",
    open_before=None,
    without_end=(),
    not_processed=(),
    unconfirmed_charges=(),
    uncharged_calls=(),
    differences=(),
    first_call_at=None,
    last_ends={},
    compared={},
)
UNCHARGED = UnchargedCall(
    "CA4", "sunrise", "Sunrise", "helpline", OCTOBER, 1, 3, "+1 310 ••• ••88", is_reconciled=False
)


def found(**facts: Any) -> list[Blocker]:
    return blockers(replace(NOTHING, **facts))


def test_nothing_stands_in_the_way_of_a_month_of_which_all_is_explained() -> None:
    assert found() == []


def test_each_call_is_told_once_with_the_first_thing_to_do_about_it() -> None:
    listed = found(
        without_end=["CA1"],
        not_processed=["CA1", "CA2"],
        unconfirmed_charges=[
            UnconfirmedCharge("CA2", OCTOBER, None),
            UnconfirmedCharge("CA3", OCTOBER, "talk there"),
        ],
        uncharged_calls=[UNCHARGED, replace(UNCHARGED, call="CA5", is_reconciled=True)],
        differences=[("CA6", "missing here")],
    )
    assert [each.call for each in listed] == ["CA1", "CA2", "CA3", "CA4", "CA6"]
    words = ("no end", "drain", "billing credit CA3", "reconcile --day 2026-10-14", "differences explain CA6")
    assert all(word in each.why for word, each in zip(words, listed, strict=True))
    acts = [each.remedy and (each.remedy.act, each.remedy.about) for each in listed]
    assert acts == [
        (WAIT, "CA1"),
        (DRAIN, "CA2"),
        (CREDIT, "CA3"),
        (RECONCILE, "2026-10-14"),
        (EXPLAIN, "CA6"),
    ]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"now": OCTOBER}, "2026-10 is not over until 2026-11-01 00:00 in America/Los_Angeles"),
        ({"now": OCTOBER - timedelta(days=14)}, "2026-10 has not begun in America/Los_Angeles"),
        (
            {"now": OCTOBER - timedelta(days=14), "early": True},
            "2026-10 has not begun in America/Los_Angeles",
        ),
        ({"open_before": "2026-09"}, "2026-09 is still open: close it first"),
    ],
)
def test_of_a_month_whose_turn_it_is_not_nothing_else_is_told(facts: dict[str, Any], why: str) -> None:
    [only] = found(**facts, without_end=["CA1"])
    assert (only.call, only.why) == (None, why)
    assert (only.remedy and only.remedy.act) == (CLOSE if "open_before" in facts else None)


def test_a_month_that_was_closed_out_of_its_order_stays_open() -> None:
    [only] = found(last_closed="2026-11")
    assert only.why.startswith("2026-10 lies before 2026-11, which is closed")


def test_the_real_carrier_s_days_are_compared_from_the_first_call_of_all_on() -> None:
    days = [day for day in MONTH.carrier_days if day != date(2026, 10, 20)]
    compared = {day: end_of(day) for day in days}
    assert found(compared=compared) == []
    [day] = found(compared=compared, first_call_at=OCTOBER)
    assert (day.call, day.why.partition(":")[0]) == (None, "2026-10-20")


def test_the_simulated_carrier_s_days_are_compared_where_there_were_calls() -> None:
    simulated = replace(MONTH, simulated=True)
    [day] = found(month=simulated, first_call_at=OCTOBER, last_ends={OCTOBER.date(): OCTOBER})
    assert day.why.startswith("2026-10-14: not compared")


def test_a_month_is_compared_a_day_after_its_end_at_the_earliest() -> None:
    compared = {day: end_of(day) - timedelta(seconds=1) for day in MONTH.carrier_days}
    [days] = found(compared=compared, first_call_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert days.why.startswith("2026-10-01 to 2026-11-01: not compared")


def test_days_that_follow_each_other_are_told_together() -> None:
    first = date(2026, 10, 30)
    days = [first, first + timedelta(days=1), first + timedelta(days=2), first + timedelta(days=9)]
    assert list(runs(days)) == [Days(first, days[2]), Days(days[3], days[3])]
