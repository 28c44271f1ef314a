"""Caps count the accepted calls of the helpline's own day and month, and those being tried while they last."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callrouter.database import Database
from callrouter.directory.directory import Directory, Seat
from callrouter.routing.eligibility import DAILY_CAP, MONTHLY_CAP
from tests.directories import a_directory, helpline
from tests.routing.deciding import NOON, Deciding

NEW_YORK = "America/New_York"
A_MOMENT = timedelta(microseconds=1)


def capped(zone: str = NEW_YORK, **caps: int | None) -> Directory:
    """One seat with these caps, and a second tier that takes what is left."""
    return a_directory(helpline(Seat("a-x", **caps), Seat("rest-x", tier=2), timezone=zone))  # type: ignore[arg-type]


def midnight(day: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_daily_cap_lets_so_many_calls_through_and_no_more(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=2))
    assert deciding.rings_for(4) == ["a-x", "a-x", "rest-x", "rest-x"]
    assert deciding.skips("CA-more") == {"a-x": DAILY_CAP}


def test_a_monthly_cap_lets_so_many_calls_through_on_whatever_days(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=2, monthly_cap=3))
    assert [deciding.rings(f"CA{n}", NOON) for n in range(3)] == ["a-x", "a-x", "rest-x"]
    assert [deciding.rings(f"CB{n}", NOON + timedelta(days=1)) for n in range(2)] == ["a-x", "rest-x"]
    assert deciding.skips("CC", NOON + timedelta(days=1)) == {"a-x": MONTHLY_CAP}


def test_a_cap_of_nothing_lets_nothing_through(database: Database) -> None:
    assert Deciding(database, capped(daily_cap=0)).rings("CA1") == "rest-x"
    assert Deciding(database, capped(monthly_cap=0)).rings("CA2") == "rest-x"


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Los_Angeles", "Pacific/Honolulu"])
@pytest.mark.parametrize("day", ["2026-11-24", "2026-03-08", "2026-11-01"])
def test_a_day_ends_at_midnight_of_the_helpline_however_long_it_is(
    database: Database, zone: str, day: str
) -> None:
    deciding = Deciding(database, capped(zone, daily_cap=1))
    begins = midnight(day, zone)
    ends = midnight((datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat(), zone)
    assert deciding.rings("CA0", begins - A_MOMENT) == "a-x"
    assert deciding.rings("CA1", begins) == "a-x"
    assert deciding.rings("CA2", ends - A_MOMENT) == "rest-x"
    assert deciding.rings("CA3", ends) == "a-x"


def test_the_days_of_the_clock_changes_are_an_hour_shorter_and_longer() -> None:
    assert midnight("2026-03-09") - midnight("2026-03-08") == timedelta(hours=23)
    assert midnight("2026-11-02") - midnight("2026-11-01") == timedelta(hours=25)


def test_a_month_ends_at_midnight_of_the_helpline(database: Database) -> None:
    deciding = Deciding(database, capped(monthly_cap=1))
    ends = midnight("2026-12-01")
    assert deciding.rings("CA1", ends - A_MOMENT) == "a-x"
    assert deciding.rings("CA2", ends - A_MOMENT) == "rest-x"
    assert deciding.rings("CA3", ends) == "a-x"
    assert deciding.rings("CA4", midnight("2027-11-30")) == "a-x"


@pytest.mark.parametrize("exactly", [True, False])
def test_a_call_that_was_not_accepted_counts_for_no_cap(database: Database, exactly: bool) -> None:
    deciding = Deciding(database, capped(daily_cap=1, monthly_cap=1))
    assert deciding.rings("CA1") == "a-x"
    assert deciding.rings("CA2") == "rest-x"
    deciding.gives_back("CA1", exactly=exactly)
    deciding.gives_back("CA1", exactly=exactly)
    assert deciding.rings("CA3") == "a-x"
    assert deciding.rings("CA4") == "rest-x"


def test_a_call_that_turns_out_to_have_been_accepted_counts_again(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=1, monthly_cap=1))
    assert deciding.rings("CA1") == "a-x"
    deciding.gives_back("CA1", exactly=False)
    deciding.keeps_after_all("CA1")
    deciding.keeps_after_all("CA1")
    assert deciding.rotation().taken_today.tolist() == [1, 0]
    assert deciding.rings("CA2") == "rest-x"


def test_a_call_given_back_on_the_next_day_is_taken_from_the_month_and_not_from_that_day(
    database: Database,
) -> None:
    deciding = Deciding(database, capped(daily_cap=1, monthly_cap=2))
    tomorrow = NOON + timedelta(days=1)
    assert deciding.rings("CA1", NOON) == "a-x"
    assert deciding.rings("CA2", tomorrow) == "a-x"
    deciding.gives_back("CA1", exactly=True)
    assert deciding.skips("CA3", tomorrow) == {"a-x": DAILY_CAP}
    assert deciding.rings("CA4", NOON + timedelta(days=2)) == "a-x"


def test_a_call_given_back_in_the_next_month_is_taken_from_neither(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=1, monthly_cap=1))
    assert deciding.rings("CA1", midnight("2026-12-01") - A_MOMENT) == "a-x"
    assert deciding.rings("CA2", midnight("2026-12-01")) == "a-x"
    deciding.gives_back("CA1", exactly=True)
    assert deciding.rings("CA3", midnight("2026-12-02")) == "rest-x"


def test_a_cap_that_comes_in_the_middle_of_a_day_counts_what_was_taken_before(database: Database) -> None:
    deciding = Deciding(database, capped())
    yesterday = [deciding.rings(f"CA{n}", NOON - timedelta(days=1)) for n in range(2)]
    today = [deciding.rings(f"CB{n}", NOON) for n in range(3)]
    assert yesterday + today == ["a-x"] * 5
    deciding.gives_back("CB1", exactly=True)
    deciding.put_in_force(capped(daily_cap=3, monthly_cap=7))
    assert [deciding.rings(f"CC{n}") for n in range(2)] == ["a-x", "rest-x"]
    assert deciding.skips("CD", NOON + timedelta(hours=1)) == {"a-x": DAILY_CAP}
    assert [deciding.rings(f"CE{n}", NOON + timedelta(days=1)) for n in range(3)] == ["a-x", "a-x", "rest-x"]


def test_a_cap_that_went_and_came_back_counts_what_was_taken_in_between(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=3))
    deciding.rings("CA1")
    deciding.put_in_force(capped())
    deciding.rings("CA2")
    deciding.rings("CA3")
    deciding.put_in_force(capped(daily_cap=3))
    assert deciding.rings("CA4") == "rest-x"


def test_a_cap_that_went_and_came_back_leaves_out_what_was_given_back_in_between(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=2))
    deciding.rings("CA1")
    deciding.put_in_force(capped())
    deciding.rings("CA2")
    deciding.gives_back("CA1", exactly=False)
    deciding.put_in_force(capped(daily_cap=2))
    assert [deciding.rings("CA3"), deciding.rings("CA4")] == ["a-x", "rest-x"]


def test_a_cap_is_counted_again_by_a_process_that_never_met_a_seat_that_has_left(database: Database) -> None:
    deciding = Deciding(database, a_directory(helpline("a-x")))
    other = deciding.another_process()
    other.rings("CA1")
    deciding.put_in_force(a_directory(helpline("b-x", "a-x")))
    assert deciding.rings("CA2") == "b-x"
    other.put_in_force(a_directory(helpline(Seat("a-x", daily_cap=1))))
    assert other.rings("CA3") is None
    other.put_in_force(a_directory(helpline(Seat("b-x", daily_cap=1))))
    assert other.rings("CA4") is None


def test_a_call_that_waited_across_midnight_loses_no_count(database: Database) -> None:
    """Its moment was taken before the lock of the rotation was had, so that another one came first."""
    deciding = Deciding(database, capped(daily_cap=1, monthly_cap=1))
    first, late = midnight("2026-12-01"), midnight("2026-12-01") - A_MOMENT
    assert deciding.rings("CA1", first) == "a-x"
    assert deciding.rings("CA2", late) == "rest-x"
    assert deciding.rings("CA3", first) == "rest-x"


def test_a_return_call_counts_for_no_cap_but_minds_it(database: Database) -> None:
    deciding = Deciding(database, capped(daily_cap=1))
    assert [deciding.owes("CA1"), deciding.owes("CA2"), deciding.rings("CA3")] == ["a-x"] * 3
    assert [deciding.owes("CA4"), deciding.rings("CA5")] == ["rest-x"] * 2
    deciding.gives_back("CA1", exactly=True)
    assert deciding.replayed().agrees


def test_helplines_count_for_themselves(database: Database) -> None:
    lines = [helpline(Seat("a-x", daily_cap=1), key=key, numbers=()) for key in ("north", "south")]
    north = Deciding(database, a_directory(*lines), "north")
    south = Deciding(database, a_directory(*lines), "south")
    assert [north.rings("CA1"), north.rings("CA2"), south.rings("CA3")] == ["a-x", None, "a-x"]
