"""A figure of the billing report opens its calls, or its entries: exactly as many, exactly as much."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.errors import Fault
from callrouter.reports.calls.listed_calls import CallFilter, count_calls
from callrouter.reports.money.figure_entries import all_entries, entry_page
from callrouter.reports.money.monthly import BY_PARTNER, GROUPINGS, monthly
from callrouter.reports.money.report_figure import FIGURES, ReportFigure, read_figure, row_figure
from callrouter.reports.reading import reading
from tests.figures.days import Days
from tests.figures.test_any_order import all_lives, history, opened, shuffled
from tests.servers.databases import Databases

MONTHS = ("2026-10", "2026-12")
COUNTED = ("calls", "answered", "promised", "kept", "charged", "calls_with_cost")
GROUPED = [(), *combinations(GROUPINGS, 1), *combinations(GROUPINGS, 2), tuple(GROUPINGS)]


@pytest.fixture(scope="module")
def days(databases: Databases) -> Iterator[Days]:
    """Everything that happens to calls: talks, promises, credits, corrections, the carrier's prices."""
    calls = history(random.Random(8))
    with opened(databases, calls) as days:
        for deed in shuffled(all_lives(calls, 8), random.Random("order")):
            deed(days)
        yield days


def rows(connection: sa.Connection, by: tuple[str, ...]) -> list[dict[str, Any]]:
    return monthly(connection, *MONTHS, by)["rows"]


@pytest.mark.parametrize("by", GROUPED)
def test_the_calls_of_a_figure_are_as_many_as_it_says(days: Days, by: tuple[str, ...]) -> None:
    checked = 0
    with reading(days.database.engine) as connection:
        for row in rows(connection, by):
            for name in COUNTED:
                figure = row_figure(name, row, by or BY_PARTNER, MONTHS)
                if row[name]:
                    assert count_calls(connection, CallFilter(figure=figure)) == row[name], figure.words
                    checked += 1
    assert checked > 5


@pytest.mark.parametrize("by", GROUPED)
def test_the_entries_of_a_figure_come_to_what_it_says(days: Days, by: tuple[str, ...]) -> None:
    checked = 0
    with reading(days.database.engine) as connection:
        for row in rows(connection, by):
            for name in ("amount", "credited"):
                figure = row_figure(name, row, by or BY_PARTNER, MONTHS)
                sums = entry_page(connection, figure, 1).sums
                assert sum((abs(Decimal(each.decimal())) for each in sums), Decimal()) == Decimal(row[name])
                checked += bool(sums)
    assert checked > 1


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_read_as_it_was_written(name: str) -> None:
    keys = (("partner", "sunrise"), ("center", ""), ("helpline", "*"))
    figure = ReportFigure(name, *MONTHS, True, keys, "USD")
    assert read_figure(figure.text) == figure


@pytest.mark.parametrize(
    "text",
    ["", "answered", "answered~2026-11", "better~2026-11~real", "answered~november~real",
     "answered~2026-11~real~caller:x", "answered~2026-11~perhaps"],
)  # fmt: skip
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        read_figure(text)


def test_every_entry_is_on_one_page(days: Days) -> None:
    figure = ReportFigure("amount", *MONTHS, simulated=True)
    with reading(days.database.engine) as connection:
        whole = [entry["id"] for entry in all_entries(connection, figure)]
        found, after = [], None
        while True:
            page = entry_page(connection, figure, 7, after)
            assert page.total == len(whole)
            found += [entry["id"] for entry in page.entries]
            after = page.older
            if after is None:
                break
    assert found == whole
