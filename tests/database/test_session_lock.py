"""One process of all holds a lock, and another one when that has gone."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.session_lock import SessionLock
from tests.owner import as_owner


@pytest.fixture
def two_databases(database_url: str) -> Iterator[tuple[Database, Database]]:
    """As two processes have them."""
    both = Database(database_url, connections=1), Database(database_url, connections=1)
    yield both
    for each in both:
        each.close()


@pytest.fixture
def locks(two_databases: tuple[Database, Database]) -> Iterator[tuple[SessionLock, SessionLock]]:
    first, second = two_databases
    both = SessionLock(first.engine, AdvisoryLock.TOTALS), SessionLock(second.engine, AdvisoryLock.TOTALS)
    yield both
    for each in both:
        each.release()


def test_one_holds_it_however_often_they_ask(locks: tuple[SessionLock, SessionLock]) -> None:
    first, second = locks
    assert [(first.is_held(), second.is_held()) for _ in range(3)] == [(True, False)] * 3


def test_the_other_has_it_once_it_is_given_back(locks: tuple[SessionLock, SessionLock]) -> None:
    first, second = locks
    assert first.is_held()
    first.release()
    assert (second.is_held(), first.is_held()) == (True, False)


def test_locks_of_other_numbers_are_others(
    locks: tuple[SessionLock, SessionLock], two_databases: tuple[Database, Database]
) -> None:
    other = SessionLock(two_databases[1].engine, AdvisoryLock.EVIDENCE_LOG)
    assert locks[0].is_held()
    assert other.is_held()
    other.release()


def test_a_connection_that_is_lost_has_lost_it_and_it_is_taken_again(
    locks: tuple[SessionLock, SessionLock], two_databases: tuple[Database, Database]
) -> None:
    first, second = locks
    assert first.is_held()
    with as_owner(two_databases[1]) as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    assert not first.is_held()
    assert first.is_held()
    assert not second.is_held()


def test_the_pool_lends_its_connection_to_nobody(
    locks: tuple[SessionLock, SessionLock], two_databases: tuple[Database, Database]
) -> None:
    assert locks[0].is_held()
    with two_databases[0].engine.connect() as one, two_databases[0].engine.connect() as another:
        assert (
            one.exec_driver_sql("SELECT 1").scalar_one() == another.exec_driver_sql("SELECT 1").scalar_one()
        )
    assert not locks[1].is_held()
