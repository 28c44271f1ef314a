"""A center has so many calls at a time as it has lines, and pauses after calls that it missed."""

from datetime import timedelta
from typing import Any

import pytest

from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.routing.eligibility import LINES_BUSY, PAUSED, PAUSED_BY_STAFF
from callrouter.routing.lines import PAUSE, missed_calls_count_from, pause_by_staff, take_line
from tests.directories import a_directory, center, helpline
from tests.routing.deciding import NOON, Deciding

A_MOMENT = timedelta(microseconds=1)


def with_lines(lines: int | None) -> Directory:
    return a_directory(helpline("a-x"), center("a-x", max_concurrent=lines))


def taken(deciding: Deciding) -> int:
    [(calls,)] = deciding.asks("SELECT calls_in_progress FROM availability WHERE center = 'a-x'")
    return int(calls)


def test_a_line_is_taken_by_each_call_and_free_again_after_it(database: Database) -> None:
    deciding = Deciding(database, with_lines(2))
    assert [deciding.rings("CA1"), deciding.rings("CA2"), deciding.rings("CA3")] == ["a-x", "a-x", None]
    assert deciding.skips("CA4") == {"a-x": LINES_BUSY}
    deciding.leaves("a-x")
    assert [deciding.rings("CA5"), deciding.rings("CA6")] == ["a-x", None]


def test_a_center_without_a_limit_takes_any_number_and_they_are_counted(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    assert [deciding.rings(f"CA{n}") for n in range(5)] == ["a-x"] * 5
    assert taken(deciding) == 5


def test_lines_are_never_fewer_than_none_in_use(database: Database) -> None:
    deciding = Deciding(database, with_lines(1))
    deciding.rings("CA1")
    deciding.leaves("a-x")
    deciding.leaves("a-x")
    deciding.leaves("of-nobody")
    assert taken(deciding) == 0


def test_a_listing_call_takes_a_line_of_the_same_center(database: Database) -> None:
    deciding = Deciding(database, with_lines(1))
    center_a = deciding.directory.centers["a-x"]
    assert database.transact(lambda session: take_line(session, center_a))
    assert not database.transact(lambda session: take_line(session, center_a))
    assert deciding.rings("CA1") is None


def test_a_decision_that_fails_takes_no_line(database: Database) -> None:
    deciding = Deciding(database, with_lines(3))
    deciding.rings("CA1")
    with pytest.raises(Exception, match=r"(?i)unique"):
        deciding.rings("CA1")
    assert taken(deciding) == 1


def test_the_last_line_may_go_between_the_reading_and_the_picking(database: Database) -> None:
    """A listing call needs no rotation, so it may take the line that a decision has just seen."""
    deciding = Deciding(database, a_directory(helpline("a-x", "b-x"), center("a-x", max_concurrent=1)))
    deciding.meanwhile = lambda session: take_line(session, deciding.directory.centers["a-x"])
    decided = deciding.decides("CA1")
    assert decided.center == deciding.directory.centers["b-x"]
    assert decided.skipped == {"a-x": LINES_BUSY}
    assert deciding.replayed().agrees


@pytest.mark.parametrize("raised", [2, None])
def test_a_limit_that_was_raised_counts_at_once(database: Database, raised: int | None) -> None:
    deciding = Deciding(database, with_lines(1))
    deciding.rings("CA1")
    deciding.put_in_force(with_lines(raised))
    assert deciding.rings("CA2") == "a-x"


def test_a_limit_that_was_lowered_counts_at_once(database: Database) -> None:
    deciding = Deciding(database, with_lines(3))
    deciding.rings("CA1")
    deciding.rings("CA2")
    deciding.put_in_force(with_lines(1))
    assert deciding.skips("CA3") == {"a-x": LINES_BUSY}
    deciding.leaves("a-x")
    assert deciding.rings("CA4") is None
    deciding.leaves("a-x")
    assert deciding.rings("CA5") == "a-x"


def test_a_center_pauses_for_an_hour(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    deciding.pauses("a-x")
    assert deciding.skips("CA2") == {"a-x": PAUSED}
    assert deciding.rings("CA3", NOON + PAUSE - A_MOMENT) is None
    assert deciding.rings("CA4", NOON + PAUSE) == "a-x"


def test_a_pause_is_taken_back_by_hand(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    deciding.pauses("a-x")
    assert deciding.resumes("a-x", NOON + timedelta(minutes=5))
    assert deciding.rings("CA2", NOON + timedelta(minutes=5)) == "a-x"


def test_nothing_is_taken_back_where_nothing_is_known(database: Database) -> None:
    assert not Deciding(database, with_lines(None)).resumes("a-x")


def test_missed_calls_count_for_an_hour_or_since_the_pause_was_taken_back(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    later, much_later = NOON + timedelta(minutes=30), NOON + timedelta(hours=3)

    def count_from(moment: object) -> object:
        return database.transact(lambda session: missed_calls_count_from(session, "a-x", moment))  # type: ignore[arg-type]

    assert count_from(later) == later - PAUSE
    deciding.resumes("a-x", NOON)
    assert count_from(later) == NOON
    assert count_from(much_later) == much_later - PAUSE


def test_a_pausing_center_may_still_owe_a_return_call(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    deciding.pauses("a-x")
    assert deciding.owes("CA2") == "a-x"


def pauses_kept(deciding: Deciding) -> list[tuple[Any, ...]]:
    return deciding.asks("SELECT center, at, until, reason FROM center_pause ORDER BY id")


def test_each_pause_and_its_end_by_hand_is_kept(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    deciding.pauses("a-x")
    deciding.resumes("a-x", NOON + A_MOMENT)
    assert pauses_kept(deciding) == [
        ("a-x", NOON, NOON + PAUSE, PAUSED),
        ("a-x", NOON + A_MOMENT, None, None),
    ]


def test_a_pause_that_a_longer_one_outlasts_is_none(database: Database) -> None:
    deciding = Deciding(database, with_lines(None))
    deciding.rings("CA1")
    longer = NOON + 2 * PAUSE
    database.transact(lambda session: pause_by_staff(session, "a-x", longer, NOON))
    deciding.pauses("a-x")
    assert pauses_kept(deciding) == [("a-x", NOON, longer, PAUSED_BY_STAFF)]
    assert not deciding.resumes("nobody")
