"""A transaction on the call path: whole or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callrouter.database import Database, DuplicateKey, Session, sql
from tests.database.notes import (
    CHANGE,
    CHANGE_REPLY,
    NOTES,
    REPLIES,
    REPLY,
    WORDS,
    WRITE,
    WRITE_ONCE,
    note,
    notes,
    numbers,
    row,
    rows,
    write,
)

AMONG = sql("SELECT id FROM note WHERE note.words = ANY(:words) ORDER BY id")
AMONG_NUMBERS = sql("SELECT id FROM note WHERE id = ANY(:numbers) ORDER BY id")

# The database is the same for all examples, so each begins by emptying its tables.
many_examples = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])

some_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
moments = st.datetimes(
    datetime(1, 1, 3),
    datetime(9999, 12, 29),
    timezones=st.integers(-720, 840).map(lambda m: timezone(timedelta(minutes=m))),
)
some_rows = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63 - 1),
        "words": st.none() | some_text,
        "content": st.none() | st.binary(),
        "at": st.none() | moments,
        "done": st.booleans(),
    }
)


def empty(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM reply")
        connection.exec_driver_sql("DELETE FROM note")


def in_columns(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column.name] for column in note.columns)


def test_what_was_told_is_there_after_the_transaction(database: Database) -> None:
    database.transact(lambda session: write(session, 1, "one"))
    database.transact(lambda session: session.tell_all(WRITE, rows([2, 3], "more")))
    assert numbers(database) == [1, 2, 3]


def test_a_question_sees_what_was_told_before_it(database: Database) -> None:
    def deed(session: Session) -> list[Any]:
        write(session, 1, "one")
        seen = session.ask(WORDS, id=1)
        session.tell(CHANGE, id=1, words="two")
        return [*seen, *session.ask(WORDS, id=1)]

    assert database.transact(deed) == [("one",), ("two",)]


def test_several_questions_are_answered_in_their_order(database: Database) -> None:
    def deed(session: Session) -> list[list[Any]]:
        write(session, 1, "one")
        return session.ask_all((WORDS, {"id": 1}), (WORDS, {"id": 2}), (NOTES, {}))

    assert database.transact(deed) == [[("one",)], [], [(1, "one", None, None, False)]]


def test_a_change_may_say_what_it_did(database: Database) -> None:
    change = sql("UPDATE note SET done = true WHERE id = :id AND NOT done RETURNING id")
    database.transact(lambda session: write(session, 1))
    assert [database.transact(lambda session: session.ask(change, id=1)) for _ in range(2)] == [[(1,)], []]


def test_a_deed_that_fails_leaves_nothing(database: Database) -> None:
    def deed(session: Session) -> None:
        write(session, 1)
        session.ask(NOTES)
        write(session, 2)
        raise LookupError

    with pytest.raises(LookupError):
        database.transact(deed)
    assert numbers(database) == []


def test_a_dry_run_returns_what_the_deed_returns_and_leaves_nothing(database: Database) -> None:
    def deed(session: Session) -> list[Any]:
        write(session, 1, "one")
        return session.ask(WORDS, id=1)

    assert database.dry_run(deed) == [("one",)]
    assert numbers(database) == []
    assert database.transact(deed) == [("one",)]


def test_a_dry_run_is_refused_what_the_database_would_refuse(database: Database) -> None:
    database.transact(lambda session: write(session, 1))
    with pytest.raises(DuplicateKey):
        database.dry_run(lambda session: write(session, 1))


def test_a_deed_that_does_nothing_does_nothing(database: Database) -> None:
    assert database.transact(lambda session: 7) == 7


@pytest.mark.parametrize("asks_first", [True, False])
def test_a_repetition_is_told_and_nothing_of_it_stays(database: Database, asks_first: bool) -> None:
    def deed(session: Session) -> None:
        if asks_first:
            session.ask(NOTES)
        write(session, 2)
        write(session, 1)

    database.transact(lambda session: write(session, 1, "first"))
    with pytest.raises(DuplicateKey):
        database.transact(deed)
    assert notes(database) == [(1, "first", None, None, False)]


def test_a_repetition_in_the_midst_of_a_deed_is_told_at_the_next_question(database: Database) -> None:
    reached: list[str] = []

    def deed(session: Session) -> None:
        write(session, 1)
        write(session, 1)
        session.ask(NOTES)
        reached.append("the end")

    with pytest.raises(DuplicateKey):
        database.transact(deed)
    assert (reached, numbers(database)) == ([], [])


def test_another_fault_is_no_repetition_and_the_connection_is_still_good(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key") as fault:
        database.transact(lambda session: session.tell(REPLY, id=1, note=404, words="?"))
    assert not isinstance(fault.value, DuplicateKey)
    for _ in range(2):
        with pytest.raises(Exception, match="no_such_table"):
            database.transact(lambda session: session.ask(sql("SELECT a FROM no_such_table")))
    assert numbers(database) == []


@many_examples
@given(given_row=some_rows)
def test_values_come_back_as_they_went_by_both_ways_in(database: Database, given_row: dict[str, Any]) -> None:
    empty(database)
    database.transact(lambda session: session.tell(WRITE, **given_row))
    [asked] = database.transact(lambda session: session.ask(NOTES))
    with database.engine.begin() as connection:
        [selected] = connection.execute(sa.select(note))
    assert asked == tuple(selected) == in_columns(given_row)
    assert asked[3] is None or asked[3].tzinfo is not None


@many_examples
@given(given_row=some_rows)
def test_what_the_engine_wrote_is_read_on_the_call_path(
    database: Database, given_row: dict[str, Any]
) -> None:
    empty(database)
    with database.engine.begin() as connection:
        connection.execute(sa.insert(note), given_row)
    assert notes(database) == [in_columns(given_row)]


def test_moments_are_compared_as_moments_whatever_their_zone(database: Database) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    in_tokyo = noon.astimezone(timezone(timedelta(hours=9)))
    database.transact(lambda session: session.tell_all(WRITE, [row(1, None, in_tokyo)]))
    until = sql("SELECT id FROM note WHERE at <= :moment")
    asked = [(until, {"moment": noon - timedelta(microseconds=1)}), (until, {"moment": noon})]
    assert database.transact(lambda session: session.ask_all(*asked)) == [[], [(1,)]]


@many_examples
@given(words=st.lists(some_text, max_size=5, unique=True), others=st.lists(some_text, max_size=3))
def test_one_of_a_list_is_one_of_it_whatever_the_words(
    database: Database, words: list[str], others: list[str]
) -> None:
    empty(database)
    written = [*words, *(other for other in others if other not in words)]
    database.transact(
        lambda session: session.tell_all(WRITE, [row(number, text) for number, text in enumerate(written)])
    )
    found = database.transact(lambda session: session.ask(AMONG, words=words))
    assert found == [(number,) for number in range(len(words))]


def test_one_of_a_list_of_numbers(database: Database) -> None:
    database.transact(lambda session: session.tell_all(WRITE, rows(range(5), "x")))
    asked = [(AMONG_NUMBERS, {"numbers": numbers}) for numbers in ([], [3], [4, 0, 99])]
    found = database.transact(lambda session: session.ask_all(*asked))
    assert found == [[], [(3,)], [(0,), (4,)]]


@pytest.mark.parametrize(("count", "size"), [(5_000, 100), (500, 2_000), (20, 500_000)])
def test_many_and_long_values_are_told_at_once(database: Database, count: int, size: int) -> None:
    """In a thread, so that two ends that wait for each other are found out."""
    telling = Thread(
        target=database.transact,
        args=[lambda session: session.tell_all(WRITE, rows(range(count), "x" * size))],
        daemon=True,
    )
    telling.start()
    telling.join(30)
    assert not telling.is_alive()
    total = sql("SELECT count(*), min(length(words)) FROM note")
    assert database.transact(lambda session: session.ask(total)) == [(count, size)]


def test_long_answers_come_whole(database: Database) -> None:
    database.transact(lambda session: session.tell_all(WRITE, rows(range(2_000), "y" * 1_000)))
    assert [len(words) for _, words, *_ in notes(database)] == [1_000] * 2_000


Told = Callable[[Session], None]

small = st.integers(1, 4)
tellings: st.SearchStrategy[Told] = st.one_of(
    st.builds(lambda n, w: lambda session: session.tell(WRITE_ONCE, id=n, words=w), small, some_text),
    st.builds(lambda n, w: lambda session: session.tell(CHANGE, id=n, words=w), small, some_text),
    st.builds(lambda n: lambda session: write(session, 10 + n), small),
    st.builds(lambda r, n: lambda session: session.tell(REPLY, id=r, note=n, words=""), small, small),
    st.builds(lambda n, w: lambda session: session.tell(CHANGE_REPLY, note=n, words=w), small, some_text),
)


def state_after(database: Database, told: list[Told], *, one_by_one: bool) -> object:
    """What is stored after all was told in one transaction; a repetition; or None where a reply has no note (yet)."""

    def deed(session: Session) -> None:
        for each in told:
            each(session)
            if one_by_one:
                # A question sends what waits.
                session.ask(WORDS, id=0)

    empty(database)
    try:
        database.transact(deed)
    except DuplicateKey:
        return "a repetition", notes(database)
    except psycopg.IntegrityError:
        return None
    return notes(database), database.transact(lambda session: session.ask(REPLIES))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(tellings, max_size=8))
def test_changes_that_travel_together_do_what_they_do_one_by_one(
    database: Database, told: list[Told]
) -> None:
    """Neighbours are sent as one statement."""
    expected = state_after(database, told, one_by_one=True)
    assert expected in (None, state_after(database, told, one_by_one=False))
