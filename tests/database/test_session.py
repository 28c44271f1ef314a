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

from callrouter.database import Database, DuplicateKey, Session
from tests.database.notes import (
    AMONG,
    AMONG_NUMBERS,
    CHANGE,
    CHANGE_REPLY,
    COLUMNS,
    FINISH,
    NOTES,
    REPLIES,
    REPLY,
    TOTAL,
    UNTIL,
    WORDS,
    WRITE,
    WRITE_ONCE,
    Note,
    notes,
    numbers,
    row,
    rows,
    write,
    write_all,
)

# The database is the same for all examples, so each begins by emptying its tables.
many_examples = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])

NOWHERE: sa.Select[Any] = sa.select(sa.column("a")).select_from(sa.table("no_such_table"))

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


def found_by(database: Database, query: sa.Executable, **values: Any) -> list[int]:
    return database.transact(lambda session: list(session.execute(query, values).scalars()))


def in_columns(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in COLUMNS)


def test_what_was_written_is_there_after_the_transaction(database: Database) -> None:
    database.transact(lambda session: write(session, 1, "one"))
    database.transact(lambda session: write_all(session, rows([2, 3], "more")))
    assert numbers(database) == [1, 2, 3]


def test_a_question_sees_what_was_told_before_it(database: Database) -> None:
    def deed(session: Session) -> list[Any]:
        write(session, 1, "one")
        seen = session.execute(WORDS, {"note_id": 1}).scalar()
        session.execute(CHANGE, {"note_id": 1, "words": "two"})
        return [seen, session.execute(WORDS, {"note_id": 1}).scalar()]

    assert database.transact(deed) == ["one", "two"]


def test_several_questions_are_answered_in_their_order(database: Database) -> None:
    def deed(session: Session) -> list[Any]:
        write(session, 1, "one")
        first, second = (session.execute(WORDS, {"note_id": number}) for number in (1, 2))
        everything = session.execute(NOTES)
        return [first.scalar(), second.one_or_none(), [tuple(note) for note in everything]]

    assert database.transact(deed) == ["one", None, [(1, "one", None, None, False)]]


def test_rows_have_names(database: Database) -> None:
    def deed(session: Session) -> Any:
        write(session, 1, "one")
        return session.execute(NOTES).one()

    note = database.transact(deed)
    assert (note.id, note.words, note.done) == (1, "one", False)
    assert note._asdict() == row(1, "one")


def test_a_change_may_say_what_it_did(database: Database) -> None:
    database.transact(lambda session: write(session, 1))
    done = [
        database.transact(lambda session: session.execute(FINISH, {"note_id": 1}).all()) for _ in range(2)
    ]
    assert [[each.id for each in rows] for rows in done] == [[1], []]


def test_a_parameter_that_is_missing_is_told(database: Database) -> None:
    with pytest.raises((KeyError, sa.exc.StatementError), match="note_id"):
        database.transact(lambda session: session.execute(WORDS).all())


def test_a_deed_that_fails_leaves_nothing(database: Database) -> None:
    def deed(session: Session) -> None:
        write(session, 1)
        session.execute(NOTES).all()
        write(session, 2)
        raise LookupError

    with pytest.raises(LookupError):
        database.transact(deed)
    assert numbers(database) == []


def test_a_dry_run_returns_what_the_deed_returns_and_leaves_nothing(database: Database) -> None:
    def deed(session: Session) -> Any:
        write(session, 1, "one")
        return session.execute(WORDS, {"note_id": 1}).scalar()

    assert database.dry_run(deed) == "one"
    assert numbers(database) == []
    assert database.transact(deed) == "one"


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
            session.execute(NOTES).all()
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
        session.execute(NOTES).all()
        reached.append("the end")

    with pytest.raises(DuplicateKey):
        database.transact(deed)
    assert (reached, numbers(database)) == ([], [])


def test_another_fault_is_no_repetition_and_the_connection_is_still_good(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key") as fault:
        database.transact(lambda session: session.execute(REPLY, {"id": 1, "note": 404, "words": "?"}))
    assert not isinstance(fault.value, DuplicateKey)
    for _ in range(2):
        with pytest.raises(Exception, match="no_such_table"):
            database.transact(lambda session: session.execute(NOWHERE).all())
    assert numbers(database) == []


@many_examples
@given(given_row=some_rows)
def test_values_come_back_as_they_went_by_both_ways_in(database: Database, given_row: dict[str, Any]) -> None:
    empty(database)
    database.transact(lambda session: session.execute(WRITE, given_row))
    [asked] = notes(database)
    with database.engine.begin() as connection:
        [selected] = connection.execute(sa.select(Note.__table__))
    assert asked == tuple(selected) == in_columns(given_row)
    assert asked[3] is None or asked[3].tzinfo is not None


@many_examples
@given(given_row=some_rows)
def test_what_the_engine_wrote_is_read_on_the_call_path(
    database: Database, given_row: dict[str, Any]
) -> None:
    empty(database)
    with database.engine.begin() as connection:
        connection.execute(sa.insert(Note), given_row)
    assert notes(database) == [in_columns(given_row)]


def test_moments_are_compared_as_moments_whatever_their_zone(database: Database) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    in_tokyo = noon.astimezone(timezone(timedelta(hours=9)))
    database.transact(lambda session: write_all(session, [row(1, None, in_tokyo)]))
    for moment, found in ((noon - timedelta(microseconds=1), []), (noon, [1])):
        assert found_by(database, UNTIL, moment=moment) == found


@many_examples
@given(words=st.lists(some_text, max_size=5, unique=True), others=st.lists(some_text, max_size=3))
def test_one_of_a_list_is_one_of_it_whatever_the_words(
    database: Database, words: list[str], others: list[str]
) -> None:
    empty(database)
    written = [*words, *(other for other in others if other not in words)]
    database.transact(
        lambda session: write_all(session, [row(number, text) for number, text in enumerate(written)])
    )
    assert found_by(database, AMONG, words=words) == list(range(len(words)))


def test_one_of_a_list_of_numbers(database: Database) -> None:
    database.transact(lambda session: write_all(session, rows(range(5), "x")))
    for ids, found in (([], []), ([3], [3]), ([4, 0, 99], [0, 4])):
        assert found_by(database, AMONG_NUMBERS, ids=ids) == found


@pytest.mark.parametrize(("count", "size"), [(5_000, 100), (500, 2_000), (20, 500_000)])
def test_many_and_long_values_are_told_at_once(database: Database, count: int, size: int) -> None:
    """In a thread, so that two ends that wait for each other are found out."""
    telling = Thread(
        target=database.transact,
        args=[lambda session: write_all(session, rows(range(count), "x" * size))],
        daemon=True,
    )
    telling.start()
    telling.join(30)
    assert not telling.is_alive()
    total = database.transact(lambda session: session.execute(TOTAL).one())
    assert tuple(total) == (count, size)


def test_long_answers_come_whole(database: Database) -> None:
    database.transact(lambda session: write_all(session, rows(range(2_000), "y" * 1_000)))
    assert [len(words) for _, words, *_ in notes(database)] == [1_000] * 2_000


Told = Callable[[Session], object]

small = st.integers(1, 4)
tellings: st.SearchStrategy[Told] = st.one_of(
    st.builds(lambda n, w: lambda session: session.execute(WRITE_ONCE, row(n, w)), small, some_text),
    st.builds(
        lambda n, w: lambda session: session.execute(CHANGE, {"note_id": n, "words": w}), small, some_text
    ),
    st.builds(lambda n: lambda session: write(session, 10 + n), small),
    st.builds(
        lambda r, n: lambda session: session.execute(REPLY, {"id": r, "note": n, "words": ""}), small, small
    ),
    st.builds(
        lambda n, w: lambda session: session.execute(CHANGE_REPLY, {"to": n, "words": w}), small, some_text
    ),
)


def state_after(database: Database, told: list[Told], *, one_by_one: bool) -> object:
    """What is stored after all was told in one transaction; a repetition; or None where a reply has no note (yet)."""

    def deed(session: Session) -> None:
        for each in told:
            each(session)
            if one_by_one:
                # A result that is read waits for what was written before.
                session.execute(WORDS, {"note_id": 0}).all()

    empty(database)
    try:
        database.transact(deed)
    except DuplicateKey:
        return "a repetition", notes(database)
    except psycopg.IntegrityError:
        return None
    return notes(database), database.transact(
        lambda session: [tuple(reply) for reply in session.execute(REPLIES)]
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(tellings, max_size=8))
def test_changes_that_travel_together_do_what_they_do_one_by_one(
    database: Database, told: list[Told]
) -> None:
    expected = state_after(database, told, one_by_one=True)
    assert expected in (None, state_after(database, told, one_by_one=False))


def test_an_error_that_the_domain_does_not_know_comes_as_the_driver_raised_it(database: Database) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable) as fault:
        database.transact(lambda session: session.execute(NOWHERE).all())
    causes: list[BaseException] = [fault.value]
    while (cause := causes[-1].__cause__) is not None:
        assert cause not in causes
        causes.append(cause)
