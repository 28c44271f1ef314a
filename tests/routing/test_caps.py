"""Caps count the accepted calls of the helpline's own day and month, and those being tried while they last."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callrouter.database import Database
from callrouter.directory.directory import Directory, Seat
from callrouter.routing.eligibility import DAILY_CAP, MONTHLY_CAP
from tests.directories import a_directory, helpline
from tests.routing.desk import NOON, Desk

NEW_YORK = "America/New_York"
A_MOMENT = timedelta(microseconds=1)


def capped(zone: str = NEW_YORK, **caps: int | None) -> Directory:
    """One seat with these caps, and a second tier that takes what is left."""
    return a_directory(helpline(Seat("a-x", **caps), Seat("rest-x", tier=2), timezone=zone))  # type: ignore[arg-type]


def midnight(day: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_daily_cap_lets_so_many_calls_through_and_no_more(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=2))
    assert desk.rings_for(4) == ["a-x", "a-x", "rest-x", "rest-x"]
    assert desk.skips("CA-more") == {"a-x": DAILY_CAP}


def test_a_monthly_cap_lets_so_many_calls_through_on_whatever_days(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=2, monthly_cap=3))
    assert [desk.rings(f"CA{n}", NOON) for n in range(3)] == ["a-x", "a-x", "rest-x"]
    assert [desk.rings(f"CB{n}", NOON + timedelta(days=1)) for n in range(2)] == ["a-x", "rest-x"]
    assert desk.skips("CC", NOON + timedelta(days=1)) == {"a-x": MONTHLY_CAP}


def test_a_cap_of_nothing_lets_nothing_through(database: Database) -> None:
    assert Desk(database, capped(daily_cap=0)).rings("CA1") == "rest-x"
    assert Desk(database, capped(monthly_cap=0)).rings("CA2") == "rest-x"


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Los_Angeles", "Pacific/Honolulu"])
@pytest.mark.parametrize("day", ["2026-11-24", "2026-03-08", "2026-11-01"])
def test_a_day_ends_at_midnight_of_the_helpline_however_long_it_is(
    database: Database, zone: str, day: str
) -> None:
    desk = Desk(database, capped(zone, daily_cap=1))
    begins = midnight(day, zone)
    ends = midnight((datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat(), zone)
    assert desk.rings("CA0", begins - A_MOMENT) == "a-x"
    assert desk.rings("CA1", begins) == "a-x"
    assert desk.rings("CA2", ends - A_MOMENT) == "rest-x"
    assert desk.rings("CA3", ends) == "a-x"


def test_the_days_of_the_clock_changes_are_an_hour_shorter_and_longer() -> None:
    assert midnight("2026-03-09") - midnight("2026-03-08") == timedelta(hours=23)
    assert midnight("2026-11-02") - midnight("2026-11-01") == timedelta(hours=25)


def test_a_month_ends_at_midnight_of_the_helpline(database: Database) -> None:
    desk = Desk(database, capped(monthly_cap=1))
    ends = midnight("2026-12-01")
    assert desk.rings("CA1", ends - A_MOMENT) == "a-x"
    assert desk.rings("CA2", ends - A_MOMENT) == "rest-x"
    assert desk.rings("CA3", ends) == "a-x"
    assert desk.rings("CA4", midnight("2027-11-30")) == "a-x"


@pytest.mark.parametrize("exactly", [True, False])
def test_a_call_that_was_not_accepted_counts_for_no_cap(database: Database, exactly: bool) -> None:
    desk = Desk(database, capped(daily_cap=1, monthly_cap=1))
    assert desk.rings("CA1") == "a-x"
    assert desk.rings("CA2") == "rest-x"
    desk.gives_back("CA1", exactly=exactly)
    desk.gives_back("CA1", exactly=exactly)
    assert desk.rings("CA3") == "a-x"
    assert desk.rings("CA4") == "rest-x"


def test_a_call_that_turns_out_to_have_been_accepted_counts_again(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=1, monthly_cap=1))
    assert desk.rings("CA1") == "a-x"
    desk.gives_back("CA1", exactly=False)
    desk.keeps_after_all("CA1")
    desk.keeps_after_all("CA1")
    assert desk.rotation().taken_today.tolist() == [1, 0]
    assert desk.rings("CA2") == "rest-x"


def test_a_call_given_back_on_the_next_day_is_taken_from_the_month_and_not_from_that_day(
    database: Database,
) -> None:
    desk = Desk(database, capped(daily_cap=1, monthly_cap=2))
    tomorrow = NOON + timedelta(days=1)
    assert desk.rings("CA1", NOON) == "a-x"
    assert desk.rings("CA2", tomorrow) == "a-x"
    desk.gives_back("CA1", exactly=True)
    assert desk.skips("CA3", tomorrow) == {"a-x": DAILY_CAP}
    assert desk.rings("CA4", NOON + timedelta(days=2)) == "a-x"


def test_a_call_given_back_in_the_next_month_is_taken_from_neither(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=1, monthly_cap=1))
    assert desk.rings("CA1", midnight("2026-12-01") - A_MOMENT) == "a-x"
    assert desk.rings("CA2", midnight("2026-12-01")) == "a-x"
    desk.gives_back("CA1", exactly=True)
    assert desk.rings("CA3", midnight("2026-12-02")) == "rest-x"


def test_a_cap_that_comes_in_the_middle_of_a_day_counts_what_was_taken_before(database: Database) -> None:
    desk = Desk(database, capped())
    yesterday = [desk.rings(f"CA{n}", NOON - timedelta(days=1)) for n in range(2)]
    today = [desk.rings(f"CB{n}", NOON) for n in range(3)]
    assert yesterday + today == ["a-x"] * 5
    desk.gives_back("CB1", exactly=True)
    desk.put_in_force(capped(daily_cap=3, monthly_cap=7))
    assert [desk.rings(f"CC{n}") for n in range(2)] == ["a-x", "rest-x"]
    assert desk.skips("CD", NOON + timedelta(hours=1)) == {"a-x": DAILY_CAP}
    assert [desk.rings(f"CE{n}", NOON + timedelta(days=1)) for n in range(3)] == ["a-x", "a-x", "rest-x"]


def test_a_cap_that_went_and_came_back_counts_what_was_taken_in_between(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=3))
    desk.rings("CA1")
    desk.put_in_force(capped())
    desk.rings("CA2")
    desk.rings("CA3")
    desk.put_in_force(capped(daily_cap=3))
    assert desk.rings("CA4") == "rest-x"


def test_a_cap_that_went_and_came_back_leaves_out_what_was_given_back_in_between(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=2))
    desk.rings("CA1")
    desk.put_in_force(capped())
    desk.rings("CA2")
    desk.gives_back("CA1", exactly=False)
    desk.put_in_force(capped(daily_cap=2))
    assert [desk.rings("CA3"), desk.rings("CA4")] == ["a-x", "rest-x"]


def test_a_cap_is_counted_again_by_a_process_that_never_met_a_seat_that_has_left(database: Database) -> None:
    desk = Desk(database, a_directory(helpline("a-x")))
    other = desk.another_process()
    other.rings("CA1")
    desk.put_in_force(a_directory(helpline("b-x", "a-x")))
    assert desk.rings("CA2") == "b-x"
    other.put_in_force(a_directory(helpline(Seat("a-x", daily_cap=1))))
    assert other.rings("CA3") is None
    other.put_in_force(a_directory(helpline(Seat("b-x", daily_cap=1))))
    assert other.rings("CA4") is None


def test_a_call_that_waited_across_midnight_loses_no_count(database: Database) -> None:
    """Its moment was taken before the lock of the rotation was had, so that another one came first."""
    desk = Desk(database, capped(daily_cap=1, monthly_cap=1))
    first, late = midnight("2026-12-01"), midnight("2026-12-01") - A_MOMENT
    assert desk.rings("CA1", first) == "a-x"
    assert desk.rings("CA2", late) == "rest-x"
    assert desk.rings("CA3", first) == "rest-x"


def test_a_return_call_counts_for_no_cap_but_minds_it(database: Database) -> None:
    desk = Desk(database, capped(daily_cap=1))
    assert [desk.owes("CA1"), desk.owes("CA2"), desk.rings("CA3")] == ["a-x"] * 3
    assert [desk.owes("CA4"), desk.rings("CA5")] == ["rest-x"] * 2
    desk.gives_back("CA1", exactly=True)
    assert desk.replayed().agrees


def test_helplines_count_for_themselves(database: Database) -> None:
    lines = [helpline(Seat("a-x", daily_cap=1), key=key, numbers=()) for key in ("north", "south")]
    north = Desk(database, a_directory(*lines), "north")
    south = Desk(database, a_directory(*lines), "south")
    assert [north.rings("CA1"), north.rings("CA2"), south.rings("CA3")] == ["a-x", None, "a-x"]
