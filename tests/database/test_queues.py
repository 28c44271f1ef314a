"""Many writers at once: each waits for its turn, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from callrouter.database import Database, DuplicateKey, Session
from tests.database.notes import CHANGE, LOCKED, notes, numbers, words_of, write

WRITERS, TIMES = 8, 15


def counts_up(session: Session) -> None:
    words = session.execute(LOCKED, {"note_id": 1}).scalar()
    session.execute(CHANGE, {"note_id": 1, "words": str(int(words) + 1)})


def at_once(deed: Callable[[], object], times: int = WRITERS * TIMES) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(deed) for _ in range(times)]:
            done.result()


@pytest.mark.parametrize("queue", [None, "one"])
def test_many_writers_of_one_row_take_turns(database: Database, queue: str | None) -> None:
    database.transact(lambda session: write(session, 1, "0"))
    at_once(lambda: database.transact(counts_up, queue=queue))
    assert words_of(database, 1) == str(WRITERS * TIMES)


def test_writers_by_the_engine_and_on_the_call_path_take_turns(database: Database) -> None:
    database.transact(lambda session: write(session, 1, "0"))

    def both() -> None:
        database.transact(counts_up)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE note SET words = CAST(CAST(words AS integer) + 1 AS text)")

    at_once(both, times=40)
    assert words_of(database, 1) == "80"


def test_of_many_who_write_the_same_one_does_and_the_others_are_told(database: Database) -> None:
    told: list[bool] = []

    def deed() -> None:
        try:
            database.transact(lambda session: write(session, 1, "mine"), queue="one")
            told.append(True)
        except DuplicateKey:
            told.append(False)

    at_once(deed, times=40)
    assert (told.count(True), told.count(False)) == (1, 39)
    assert notes(database) == [(1, "mine", None, None, False)]


def test_what_was_committed_in_a_queue_is_there_when_it_returns(
    database: Database, database_url: str
) -> None:
    other = Database(database_url, connections=1)

    def deed(session: Session) -> None:
        session.execute(LOCKED, {"note_id": 0}).all()
        write(session, 1)

    database.transact(deed, queue="one")
    assert numbers(other) == [1]
    other.close()


def test_a_queue_goes_on_after_a_deed_that_failed(database: Database) -> None:
    def fails(session: Session) -> None:
        session.execute(LOCKED, {"note_id": 0}).all()
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            database.transact(fails, queue="one")
    database.transact(lambda session: write(session, 1), queue="one")
    with pytest.raises(DuplicateKey):
        database.transact(lambda session: write(session, 1), queue="one")
    database.transact(lambda session: write(session, 2), queue="one")
    assert numbers(database) == [1, 2]


def test_deeds_of_different_queues_do_not_wait_for_each_other(database: Database) -> None:
    """One is begun and ended in the midst of the other."""
    queues = iter(f"queue {number}" for number in range(1_000))
    other = next(queue for queue in queues if hash(queue) % 64 != hash("one") % 64)

    def deed(session: Session) -> None:
        write(session, 1)
        database.transact(lambda inner: write(inner, 2), queue=other)

    database.transact(deed, queue="one")
    assert numbers(database) == [1, 2]
