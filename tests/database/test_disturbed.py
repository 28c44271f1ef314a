"""What disturbs a transaction on PostgreSQL, a deadlock or a lost connection, is made good by running it again."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.database import Database, RetryableError, Session
from tests.database.notes import CHANGE, LOCKED, NOTES, Note, notes, numbers, rows, write, write_all
from tests.owner import as_owner, owners

OWN_PROCESS = sa.select(sa.func.pg_backend_pid())
EVERYTHING: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(Note)


def together(*deeds: Callable[[], None]) -> None:
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def killer(url: str) -> Callable[[int | None], None]:
    """Ends the server's process of one connection, or of all of this database's but its own."""
    other = owners(url, 1)

    def kill(process: int | None = None) -> None:
        with other.engine.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                f" AND pid <> pg_backend_pid() AND {'true' if process is None else f'pid = {process}'}"
            )
        other.close()

    return kill


def test_two_that_wait_for_each_other_both_come_to_an_end(database: Database) -> None:
    database.transact(lambda session: write_all(session, rows([1, 2], "")))
    both_hold_one, one_has_ended, runs = Barrier(2), Event(), Counter[int]()

    def takes(first: int, second: int) -> None:
        def deed(session: Session) -> None:
            runs[first] += 1
            if runs[first] == 2:
                one_has_ended.wait(20)
            session.execute(LOCKED, {"note_id": first}).all()
            if runs[first] == 1:
                both_hold_one.wait(20)
            words = session.execute(LOCKED, {"note_id": second}).scalar()
            session.execute(CHANGE, {"note_id": second, "words": f"{words}{first}"})

        database.transact(deed)
        one_has_ended.set()

    together(lambda: takes(1, 2), lambda: takes(2, 1))
    assert [words for _, words, *_ in notes(database)] == ["2", "1"]
    assert sorted(runs.values()) == [1, 2]


def test_a_connection_that_is_lost_in_the_midst_is_replaced_and_the_deed_runs_again(
    database: Database, database_url: str
) -> None:
    kill, processes = killer(database_url), []

    def deed(session: Session) -> None:
        process = session.execute(OWN_PROCESS).scalar()
        processes.append(process)
        write(session, len(processes))
        if len(processes) == 1:
            kill(process)
        session.execute(NOTES).all()

    database.transact(deed)
    assert len(set(processes)) == 2
    assert numbers(database) == [2]


def test_a_connection_that_is_lost_before_the_commit_is_replaced_too(
    database: Database, database_url: str
) -> None:
    kill, processes = killer(database_url), []

    def deed(session: Session) -> None:
        process = session.execute(OWN_PROCESS).scalar()
        processes.append(process)
        write(session, 1)
        if len(processes) == 1:
            kill(process)

    database.transact(deed)
    assert numbers(database) == [1]
    assert len(processes) == 2


def test_all_connections_may_be_lost_while_nobody_uses_them(database: Database, database_url: str) -> None:
    """As after a restart of the server."""
    all_are_in_use = Barrier(4)

    def deed(session: Session) -> None:
        session.execute(NOTES).all()
        all_are_in_use.wait(20)

    together(*[lambda: database.transact(deed)] * 4)
    killer(database_url)(None)
    database.transact(lambda session: write(session, 1))
    assert numbers(database) == [1]


def test_something_else_may_be_done_the_second_time(database: Database, database_url: str) -> None:
    kill = killer(database_url)

    def deed(session: Session) -> str:
        kill(session.execute(OWN_PROCESS).scalar())
        return str(session.execute(NOTES).all())

    assert database.transact(deed, again=lambda _: "done otherwise") == "done otherwise"


def test_who_is_disturbed_twice_is_told(database: Database, database_url: str) -> None:
    kill, runs = killer(database_url), []

    def deed(session: Session) -> None:
        runs.append(1)
        kill(session.execute(OWN_PROCESS).scalar())
        session.execute(NOTES).all()

    with pytest.raises(RetryableError):
        database.transact(deed)
    assert len(runs) == 2
    assert numbers(database) == []


def test_a_server_that_is_not_there_is_a_disturbance() -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", connections=1)
    with pytest.raises(RetryableError):
        nowhere.transact(lambda session: session.execute(NOTES).all())
    nowhere.close()


def test_a_migration_under_a_prepared_statement_is_not_noticed(database: Database) -> None:
    database.transact(lambda session: write(session, 1, "one"))
    assert [len(row) for row in database.transact(lambda session: session.execute(EVERYTHING).all())] == [5]
    with as_owner(database) as connection:
        connection.exec_driver_sql("ALTER TABLE note ADD COLUMN more text")
    assert [len(row) for row in database.transact(lambda session: session.execute(EVERYTHING).all())] == [6]
