"""Days and months in sixty zones, over fifteen years of month ends and changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.billing.period import day_of, month_bounds, month_of, next_month, parse_month, posting_day

SIXTY_ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))[
    ::7
][:59]
ZONES = [*SIXTY_ZONES, "America/New_York"]
MONTHS = [f"{year}-{number:02}" for year in range(2021, 2036) for number in range(1, 13)]
AROUND = [timedelta(seconds=s) for s in (-86_400, -3_600, -1, 0, 1, 3_599, 3_600, 86_400)]


def test_there_are_sixty_zones() -> None:
    assert len(set(ZONES)) == 60


@pytest.mark.parametrize("zone", ZONES)
def test_each_moment_around_a_month_end_lies_in_exactly_one_month(zone: str) -> None:
    spans = {month: month_bounds(month, zone) for month in MONTHS}
    for month in MONTHS[1:-1]:
        for moment in (spans[month][0].astimezone(UTC) + away for away in AROUND):
            holding = [one for one in _near(month) if spans[one][0] <= moment < spans[one][1]]
            assert holding == [month_of(moment, zone)]


def _near(month: str) -> list[str]:
    place = MONTHS.index(month)
    return MONTHS[max(place - 2, 0) : place + 3]


@pytest.mark.parametrize("zone", ZONES)
def test_months_follow_each_other_without_gap_or_overlap(zone: str) -> None:
    for month in MONTHS[:-1]:
        assert next_month(month) == MONTHS[MONTHS.index(month) + 1]
        assert month_bounds(month, zone)[1] == month_bounds(next_month(month), zone)[0]


@pytest.mark.parametrize("zone", ZONES)
def test_where_clocks_change_every_hour_has_its_day(zone: str) -> None:
    """Each change of the clocks within fifteen years: the hour before, in and after it."""
    for change in _changes(zone):
        for moment in (change + timedelta(minutes=m) for m in (-61, -1, 0, 1, 59, 61)):
            assert day_of(moment, zone) == moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")
            begin, end = month_bounds(month_of(moment, zone), zone)
            assert begin <= moment < end


def _changes(zone: str) -> list[datetime]:
    """The hours before which the zone's distance from UTC was another one."""
    hours = (datetime(2021, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for n in range(15 * 1461))
    found, before = [], None
    for hour in hours:
        offset = hour.astimezone(ZoneInfo(zone)).utcoffset()
        if before is not None and offset != before:
            found.append(hour)
        before = offset
    return found


days = st.dates(min_value=datetime(2021, 1, 1).date(), max_value=datetime(2035, 12, 31).date()).map(str)


@given(days, days, st.sampled_from(["", *MONTHS]))
def test_an_entry_is_never_posted_in_a_closed_month(own_day: str, today: str, open_from: str) -> None:
    assert posting_day(own_day, today, open_from)[:7] >= open_from
    assert posting_day(None, today, open_from)[:7] >= open_from


@given(days, days, st.sampled_from(["", *MONTHS]))
def test_an_entry_counts_for_its_own_day_while_that_month_is_open(
    own_day: str, today: str, open_from: str
) -> None:
    posted = posting_day(own_day, today, open_from)
    assert posted == own_day if own_day[:7] >= open_from else posted[:7] == open_from


def test_what_comes_late_counts_for_today_within_the_open_month() -> None:
    assert posting_day("2026-10-31", "2026-11-03", "2026-11") == "2026-11-03"
    assert posting_day("2026-10-31", "2026-10-31", "2026-11") == "2026-11-01", "closed early"
    assert posting_day("2026-09-30", "2027-01-05", "2026-11") == "2026-11-30", "nobody has closed since"
    assert posting_day(None, "2026-11-24", "2026-11") == "2026-11-24"


@pytest.mark.parametrize("month", ["0000-01", "0001-01", "1999-12", "2200-01", "9999-12"])
def test_a_month_that_nothing_can_be_in_is_none(month: str) -> None:
    with pytest.raises(ValueError, match=f"{month} is not a month that anything can be in"):
        parse_month(month)


@pytest.mark.parametrize("month", ["2000-01", "2026-11", "2199-12"])
def test_any_other_is_one(month: str) -> None:
    assert parse_month(month) == month
    assert month_bounds(month, "Pacific/Kiritimati")[0] < month_bounds(month, "Pacific/Niue")[0]
