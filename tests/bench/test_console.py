"""The benchmark of the console opens every page among some thousand calls, and gives the figures that have targets."""

from collections.abc import Iterator

import pytest

from bench import live_page, pages
from bench.console import a_console_database
from bench.figure import Figure, Result
from bench.page_addresses import PATHS, SEARCHES
from bench.servers import BenchServers
from callrouter.database import Database
from callrouter.figures.recount import differences
from callrouter.reports.calls.totals import ANY_OUTCOME, CallScope, count_in_totals
from callrouter.reports.reading import reading
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

CALLS = 20_000


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[Database]:
    name = new_name()
    with a_console_database(postgres, CALLS, name) as database:
        yield database
    postgres.drop_database(name)


def with_targets(result: Result) -> list[Figure]:
    return [figure for figure in result.figures if figure.target]


def test_the_calls_are_counted_as_a_recount_says(database: Database) -> None:
    with reading(database.engine) as connection:
        assert differences(connection) == []
        assert count_in_totals(connection, CallScope(), ANY_OUTCOME) == CALLS


def test_every_page_is_measured_and_small(database: Database) -> None:
    usual, searched, wire = pages.measure(database, pages.SHORT)
    assert len(with_targets(usual)) == len(PATHS) + len(("a call", "a promise", "calls, deep in the list"))
    assert len(with_targets(searched)) == len(SEARCHES)
    assert all(value > 0 for figure in usual.figures for value in figure.rounds)
    assert [figure.what for figure in wire.figures if figure.missed] == []
    assert len(with_targets(wire)) == 2


def test_a_live_page_is_watched_while_calls_come(servers: BenchServers) -> None:
    result = live_page.measure(servers, short=True)
    assert [figure.target.bound for figure in result.figures if figure.target] == [3.0, 50]
    assert all(value >= 0 for figure in result.figures for value in figure.rounds)
