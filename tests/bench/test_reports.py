"""The benchmark of reports runs on some thousand calls, proves its work, and gives the figures that have targets."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bench import exports, months
from bench.figure import Result
from bench.reports import RESULTS, a_large_database
from callrouter.database import Database
from callrouter.figures.model import DayTotal
from callrouter.figures.recount import differences
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

CALLS = 50_000


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[Database]:
    name = new_name()
    with a_large_database(postgres, CALLS, name) as database:
        yield database
    postgres.drop_database(name)


def targets_of(result: Result) -> list[float]:
    return [figure.target.bound for figure in result.figures if figure.target]


def test_the_calls_are_as_many_and_their_totals_as_a_recount_says(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []
        assert connection.execute(sa.select(sa.func.sum(DayTotal.calls))).scalar() == CALLS


def test_reports_and_closing_are_measured(database: Database) -> None:
    result = months.measure(database, months.SHORT)
    assert targets_of(result) == [200, 200, 200, 200]
    assert all(value > 0 for figure in result.figures for value in figure.rounds)


def test_an_export_takes_no_more_memory_where_it_is_twenty_times_as_long(database: Database) -> None:
    result = exports.measure(database, few=2_000, many=40_000)
    assert targets_of(result) == [1.1]
    assert not any(figure.missed for figure in result.figures)


def test_the_page_of_results_has_both() -> None:
    headings = [line for line in RESULTS.read_text().splitlines() if line.startswith("## ")]
    assert len(headings) == 2
