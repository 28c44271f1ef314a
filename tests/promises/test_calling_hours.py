"""At which hours a caller may be called: by day, 8 to 21, in every zone where the number may be."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callrouter.area_zones import ZONES_OF_AREA_CODE
from callrouter.promises.calling_hours import ANYWHERE, AT_ANY_HOUR, BY_DAY, calling_hours

ZONES = sorted({zone for zones in ZONES_OF_AREA_CODE.values() for zone in zones})
OF_ONE_ZONE = {zones[0]: code for code, zones in sorted(ZONES_OF_AREA_CODE.items()) if len(zones) == 1}
OF_MORE = sorted(code for code, zones in ZONES_OF_AREA_CODE.items() if len(zones) > 1)
NEW_YORK, LOS_ANGELES = "212", "310"
QUARTER = timedelta(minutes=15)


def local(zone: str, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def is_day(code: str, at: datetime) -> bool:
    """In every zone; written down once more, for the tests."""
    clocks = [at.astimezone(ZoneInfo(zone)) for zone in ZONES_OF_AREA_CODE.get(code, ANYWHERE)]
    return all(8 <= clock.hour < 21 for clock in clocks)


@pytest.mark.parametrize("zone", sorted(OF_ONE_ZONE))
@pytest.mark.parametrize("month", [1, 7])
def test_by_day_it_is_now_and_by_night_it_is_at_8(zone: str, month: int) -> None:
    code, eight, tomorrow = OF_ONE_ZONE[zone], local(zone, month, 15, 8), local(zone, month, 16, 8)
    for at in (eight, local(zone, month, 15, 12), local(zone, month, 15, 20, 59)):
        assert BY_DAY.next_allowed(code, at) == at
    assert BY_DAY.next_allowed(code, local(zone, month, 15, 0)) == eight
    assert BY_DAY.next_allowed(code, eight - timedelta(microseconds=1)) == eight
    assert BY_DAY.next_allowed(code, local(zone, month, 15, 21)) == tomorrow
    assert BY_DAY.next_allowed(code, local(zone, month, 15, 23, 59)) == tomorrow


def test_every_zone_has_its_hours() -> None:
    """Those that no area code has for itself are reached by one that has several."""
    assert set(ZONES) == set(OF_ONE_ZONE) | {zone for code in OF_MORE for zone in ZONES_OF_AREA_CODE[code]}
    assert len(ZONES) >= 6


@pytest.mark.parametrize("code", OF_MORE)
def test_where_there_are_several_zones_it_is_day_in_all_of_them(code: str) -> None:
    zones = ZONES_OF_AREA_CODE[code]
    mornings = [local(zone, 7, 15, 8) for zone in zones]
    evenings = [local(zone, 7, 15, 21) for zone in zones]
    first, last = max(mornings), min(evenings)
    assert BY_DAY.next_allowed(code, min(mornings)) == first
    assert BY_DAY.next_allowed(code, last - QUARTER) == last - QUARTER
    assert BY_DAY.next_allowed(code, last) == first + timedelta(days=1)


@pytest.mark.parametrize("code", ["", "800", "844", "204", "999"])
def test_where_the_area_code_tells_nothing_it_is_day_on_both_coasts(code: str) -> None:
    in_new_york, in_los_angeles = ANYWHERE
    assert BY_DAY.next_allowed(code, local(in_new_york, 7, 15, 8)) == local(in_los_angeles, 7, 15, 8)
    late = local(in_new_york, 7, 15, 20, 59)
    assert BY_DAY.next_allowed(code, late) == late
    assert BY_DAY.next_allowed(code, local(in_new_york, 7, 15, 21)) == local(in_los_angeles, 7, 16, 8)


@pytest.mark.parametrize(
    ("month", "day", "hours"),
    [(3, 7, 10), (10, 31, 12)],
    ids=["the clocks go forward", "the clocks go back"],
)
def test_after_a_night_in_which_the_clocks_change_it_is_8_by_the_clock(
    month: int, day: int, hours: int
) -> None:
    at = local("America/New_York", month, day, 21)
    morning = BY_DAY.next_allowed(NEW_YORK, at)
    assert morning.astimezone(ZoneInfo("America/New_York")).time() == time(8)
    assert morning.astimezone(UTC) - at.astimezone(UTC) == timedelta(hours=hours)


def test_where_the_clocks_never_change_they_do_not() -> None:
    at = local("America/Phoenix", 3, 7, 21)
    assert BY_DAY.next_allowed("602", at) - at == timedelta(hours=11)


@given(
    code=st.sampled_from([*sorted(ZONES_OF_AREA_CODE), ""]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
@example(code="", at=datetime(2026, 3, 8, 4, tzinfo=UTC))
@example(code="", at=datetime(2026, 11, 1, 4, tzinfo=UTC))
@example(code=NEW_YORK, at=datetime(2026, 11, 1, 1, tzinfo=UTC))
@example(code=LOS_ANGELES, at=datetime(2026, 3, 8, 9, 59, 59, 999_999, tzinfo=UTC))
def test_it_is_by_day_in_every_zone_and_the_first_such_moment(code: str, at: datetime) -> None:
    first = BY_DAY.next_allowed(code, at).astimezone(UTC)
    assert is_day(code, first)
    assert at <= first <= at + timedelta(hours=25)
    assert first == at or not is_day(code, first - timedelta(microseconds=1))
    # Day and night change on the hour, so what lies between is told by its quarters.
    assert not any(is_day(code, at + QUARTER * n) for n in range((first - at) // QUARTER))


@given(
    code=st.sampled_from([*sorted(ZONES_OF_AREA_CODE), ""]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_asked_again_at_that_moment_it_is_that_moment(code: str, at: datetime) -> None:
    first = BY_DAY.next_allowed(code, at)
    assert BY_DAY.next_allowed(code, first) == first


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_where_nobody_can_be_woken_any_hour_is_good(hour: int) -> None:
    at = local("America/New_York", 7, 15, hour)
    assert AT_ANY_HOUR.next_allowed(NEW_YORK, at) == at


def test_nights_are_quiet_unless_nobody_can_be_woken() -> None:
    assert (calling_hours(quiet=True), calling_hours(quiet=False)) == (BY_DAY, AT_ANY_HOUR)
