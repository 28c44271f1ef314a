"""When a center is open, and until when: across midnight, holidays and the change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.directory.entries import Mistake, Report
from callrouter.directory.faults import Place
from callrouter.directory.hours import LONGEST, fault_in_hours, opening
from callrouter.directory.nodes import TEXT, Scalar
from callrouter.directory.values import timezone
from tests.directories import center

NEW_YORK = "America/New_York"
WEEKDAYS = "Mo-Fr 08:00-20:00; Sa 10:00-14:00; PH off"


def at(wall: str, zone: str = NEW_YORK, *, second_time: bool = False) -> datetime:
    local = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=int(second_time))
    return local.astimezone(UTC)


def seen(hours: str, moment: datetime, zone: str = NEW_YORK) -> tuple[bool, datetime]:
    now = opening(center(hours=hours, timezone=zone), moment)
    return now.is_open, now.until


def test_a_center_opens_and_closes_on_time() -> None:
    assert seen(WEEKDAYS, at("2026-11-24 07:59")) == (False, at("2026-11-24 08:00"))
    assert seen(WEEKDAYS, at("2026-11-24 08:00")) == (True, at("2026-11-24 20:00"))
    assert seen(WEEKDAYS, at("2026-11-24 20:00")) == (False, at("2026-11-25 08:00"))


def test_hours_are_those_of_the_center_and_not_of_the_caller() -> None:
    noon = at("2026-11-24 03:00", "Pacific/Honolulu")
    assert seen(WEEKDAYS, noon) == (True, at("2026-11-24 20:00"))
    assert not seen(WEEKDAYS, noon, "Pacific/Honolulu")[0]


def test_a_center_that_never_closes_is_open_for_as_long_as_anybody_looks() -> None:
    moment = at("2026-11-24 12:00")
    assert seen("24/7", moment) == (True, moment + LONGEST)
    assert seen("off", moment) == (False, moment + LONGEST)


def test_thanksgiving_is_a_holiday() -> None:
    assert seen(WEEKDAYS, at("2026-11-26 12:00")) == (False, at("2026-11-27 08:00"))
    assert seen("Mo-Fr 08:00-20:00", at("2026-11-26 12:00"))[0]


def test_a_night_shift_goes_past_midnight() -> None:
    night = "Mo-Fr 18:00-08:00"
    assert seen(night, at("2026-11-27 23:00")) == (True, at("2026-11-28 08:00"))
    assert seen(night, at("2026-11-28 07:59")) == (True, at("2026-11-28 08:00"))
    assert seen(night, at("2026-11-28 18:00"))[0] is False


def test_hours_that_depend_on_something_unknown_are_closed() -> None:
    assert not seen('Mo-Su unknown "by appointment"', at("2026-11-24 12:00"))[0]


def test_a_closing_in_the_hour_that_spring_leaves_out_comes_when_it_would_have_begun() -> None:
    assert seen("Mo-Su 01:30-02:30", at("2026-03-08 01:45")) == (True, at("2026-03-08 03:00"))
    assert seen("Mo-Su 01:30-02:30", at("2026-03-08 03:00"))[0] is False


def test_an_hour_that_autumn_repeats_is_open_twice() -> None:
    assert seen("Mo-Su 01:30-01:50", at("2026-11-01 01:40"))[0]
    assert not seen("Mo-Su 01:30-01:50", at("2026-11-01 01:10", second_time=True))[0]
    assert seen("Mo-Su 01:30-01:50", at("2026-11-01 01:40", second_time=True))[0]


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Honolulu"])
@pytest.mark.parametrize("hours", ["Mo-Su 01:30-02:30", "Mo-Su 00:15-01:45", "Mo-Su 22:00-02:15", WEEKDAYS])
@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-06-01"])
def test_what_was_said_holds_until_then(zone: str, hours: str, day: str) -> None:
    begin, minute = at(f"{day} 00:00", zone) - timedelta(hours=3), timedelta(minutes=1)
    states = [seen(hours, begin + n * minute, zone) for n in range(12 * 60)]
    for n, (is_open, until) in enumerate(states):
        assert until > begin + n * minute
        later = states[n + 1 : n + -(-(until - begin - n * minute) // minute)]
        assert all(then == is_open for then, _ in later)


@given(st.integers(0, 3_000_000_000), st.sampled_from([WEEKDAYS, "24/7"]))
def test_the_answer_holds_for_a_while_and_at_most_a_day(timestamp: int, hours: str) -> None:
    moment = datetime.fromtimestamp(timestamp, UTC)
    _, until = seen(hours, moment)
    assert moment < until <= moment + LONGEST
    assert until.tzinfo is UTC


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Los_Angeles", "America/Phoenix", "America/Adak"])
@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01"])
@pytest.mark.parametrize("hours", ["24/7", WEEKDAYS, "Mo-Su 02:30-02:45"])
def test_nobodys_clock_stands_still_around_the_change_of_the_clocks(
    zone: str, change: str, hours: str
) -> None:
    first = at(f"{change} 00:00", zone) - timedelta(days=2)
    for quarter in range(4 * 24 * 4):
        moment = first + timedelta(minutes=15 * quarter, seconds=7)
        assert moment < seen(hours, moment, zone)[1] <= moment + LONGEST


def test_hours_that_cannot_be_read_say_from_where_on() -> None:
    assert fault_in_hours(WEEKDAYS) is None
    assert fault_in_hours("Mo-Fr 08:00-20:00; Xx off") == "Xx off"


def test_hours_by_the_sun_are_refused() -> None:
    assert fault_in_hours("(sunset+24:00)-(sunset+24:00)") == "sunset+24:00)-(sunset+24:00)"
    assert fault_in_hours('10:00-12:00 "ask for Sunset House"') is None


def test_every_time_zone_that_the_file_may_name_has_hours() -> None:
    for zone in available_timezones() - {"Factory", "localtime"}:
        assert opening(center(timezone=zone), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)).is_open
        assert timezone(Scalar(Place(), zone, TEXT), Report([])) == zone
    with pytest.raises(Mistake):
        timezone(Scalar(Place(), "Factory", TEXT), Report([]))
