"""The benchmark of the evidence log does what it says, with some thousand records."""

from bench import appending, large_log, offline, public_page
from bench.figure import Figure, Result
from bench.servers import BenchServers
from tests.servers.databases import new_name
from tests.servers.postgres import PostgresServer

RECORDS = 3_000


def with_targets(result: Result) -> list[Figure]:
    assert all(value > 0 for figure in result.figures for value in figure.rounds)
    return [figure for figure in result.figures if figure.target]


def test_settling_is_measured_beside_a_log_that_is_written(servers: BenchServers) -> None:
    assert len(with_targets(appending.measure(servers, short=True))) == 2


def test_readers_of_who_answers_are_answered_while_calls_come(servers: BenchServers) -> None:
    assert len(with_targets(public_page.measure(servers, short=True))) == 2


def test_every_proof_of_a_large_log_is_verified(postgres: PostgresServer) -> None:
    name = new_name()
    result = large_log.measure(postgres, RECORDS, name)
    assert len(with_targets(result)) == 4
    postgres.drop_database(name)


def test_an_export_is_verified_by_the_file_that_is_given_away() -> None:
    assert len(with_targets(offline.measure(RECORDS, rounds=1))) == 1
