"""A center has so many calls at a time as it has lines, and pauses after calls that it missed."""

from datetime import timedelta

import pytest

from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.routing.eligibility import LINES_BUSY, PAUSED
from callrouter.routing.lines import PAUSE, missed_calls_count_from, take_line
from tests.directories import a_directory, center, helpline
from tests.routing.desk import NOON, Desk

A_MOMENT = timedelta(microseconds=1)


def with_lines(lines: int | None) -> Directory:
    return a_directory(helpline("a-x"), center("a-x", max_concurrent=lines))


def taken(desk: Desk) -> int:
    [(calls,)] = desk.asks("SELECT calls_in_progress FROM availability WHERE center = 'a-x'")
    return int(calls)


def test_a_line_is_taken_by_each_call_and_free_again_after_it(database: Database) -> None:
    desk = Desk(database, with_lines(2))
    assert [desk.rings("CA1"), desk.rings("CA2"), desk.rings("CA3")] == ["a-x", "a-x", None]
    assert desk.skips("CA4") == {"a-x": LINES_BUSY}
    desk.leaves("a-x")
    assert [desk.rings("CA5"), desk.rings("CA6")] == ["a-x", None]


def test_a_center_without_a_limit_takes_any_number_and_they_are_counted(database: Database) -> None:
    desk = Desk(database, with_lines(None))
    assert [desk.rings(f"CA{n}") for n in range(5)] == ["a-x"] * 5
    assert taken(desk) == 5


def test_lines_are_never_fewer_than_none_in_use(database: Database) -> None:
    desk = Desk(database, with_lines(1))
    desk.rings("CA1")
    desk.leaves("a-x")
    desk.leaves("a-x")
    desk.leaves("of-nobody")
    assert taken(desk) == 0


def test_a_listing_call_takes_a_line_of_the_same_center(database: Database) -> None:
    desk = Desk(database, with_lines(1))
    center_a = desk.directory.centers["a-x"]
    assert database.transact(lambda session: take_line(session, center_a))
    assert not database.transact(lambda session: take_line(session, center_a))
    assert desk.rings("CA1") is None


def test_a_decision_that_fails_takes_no_line(database: Database) -> None:
    desk = Desk(database, with_lines(3))
    desk.rings("CA1")
    with pytest.raises(Exception, match=r"(?i)unique"):
        desk.rings("CA1")
    assert taken(desk) == 1


def test_the_last_line_may_go_between_the_reading_and_the_picking(database: Database) -> None:
    """A listing call needs no rotation, so it may take the line that a decision has just seen."""
    desk = Desk(database, a_directory(helpline("a-x", "b-x"), center("a-x", max_concurrent=1)))
    desk.meanwhile = lambda session: take_line(session, desk.directory.centers["a-x"])
    decided = desk.decides("CA1")
    assert decided.center == desk.directory.centers["b-x"]
    assert decided.skipped == {"a-x": LINES_BUSY}
    assert desk.replayed().agrees


@pytest.mark.parametrize("raised", [2, None])
def test_a_limit_that_was_raised_counts_at_once(database: Database, raised: int | None) -> None:
    desk = Desk(database, with_lines(1))
    desk.rings("CA1")
    desk.put_in_force(with_lines(raised))
    assert desk.rings("CA2") == "a-x"


def test_a_limit_that_was_lowered_counts_at_once(database: Database) -> None:
    desk = Desk(database, with_lines(3))
    desk.rings("CA1")
    desk.rings("CA2")
    desk.put_in_force(with_lines(1))
    assert desk.skips("CA3") == {"a-x": LINES_BUSY}
    desk.leaves("a-x")
    assert desk.rings("CA4") is None
    desk.leaves("a-x")
    assert desk.rings("CA5") == "a-x"


def test_a_center_pauses_for_an_hour(database: Database) -> None:
    desk = Desk(database, with_lines(None))
    desk.rings("CA1")
    desk.pauses("a-x")
    assert desk.skips("CA2") == {"a-x": PAUSED}
    assert desk.rings("CA3", NOON + PAUSE - A_MOMENT) is None
    assert desk.rings("CA4", NOON + PAUSE) == "a-x"


def test_a_pause_is_taken_back_by_hand(database: Database) -> None:
    desk = Desk(database, with_lines(None))
    desk.rings("CA1")
    desk.pauses("a-x")
    assert desk.resumes("a-x", NOON + timedelta(minutes=5))
    assert desk.rings("CA2", NOON + timedelta(minutes=5)) == "a-x"


def test_nothing_is_taken_back_where_nothing_is_known(database: Database) -> None:
    assert not Desk(database, with_lines(None)).resumes("a-x")


def test_missed_calls_count_for_an_hour_or_since_the_pause_was_taken_back(database: Database) -> None:
    desk = Desk(database, with_lines(None))
    desk.rings("CA1")
    later, much_later = NOON + timedelta(minutes=30), NOON + timedelta(hours=3)

    def count_from(moment: object) -> object:
        return database.transact(lambda session: missed_calls_count_from(session, "a-x", moment))  # type: ignore[arg-type]

    assert count_from(later) == later - PAUSE
    desk.resumes("a-x", NOON)
    assert count_from(later) == NOON
    assert count_from(much_later) == much_later - PAUSE


def test_a_pausing_center_may_still_owe_a_return_call(database: Database) -> None:
    desk = Desk(database, with_lines(None))
    desk.rings("CA1")
    desk.pauses("a-x")
    assert desk.owes("CA2") == "a-x"
