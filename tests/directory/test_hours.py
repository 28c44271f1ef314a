"""When a center is open, and until when: across midnight, holidays and the change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.directory.directory_file.entries import FaultCollector, InvalidValue
from callrouter.directory.directory_file.syntax_tree import TEXT, Scalar
from callrouter.directory.directory_file.values import timezone
from callrouter.directory.faults import FilePosition
from callrouter.directory.opening_hours.opening import LONGEST, fault_in_hours, opening
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


def test_a_change_of_the_clocks_within_the_hours_does_not_end_them() -> None:
    assert seen("Mo-Su 18:00-08:00", at("2026-11-01 00:30")) == (True, at("2026-11-01 08:00"))
    assert seen("Mo-Su 18:00-08:00", at("2026-03-08 00:30")) == (True, at("2026-03-08 08:00"))


def test_days_with_spaces_after_their_commas_are_one_list() -> None:
    spaced = "Mo, We, Fr 09:00-17:00"
    assert seen(spaced, at("2026-11-23 03:00")) == (False, at("2026-11-23 09:00"))
    assert seen(spaced, at("2026-11-23 09:00")) == (True, at("2026-11-23 17:00"))
    assert not seen(spaced, at("2026-11-24 12:00"))[0]


@pytest.mark.parametrize(
    "hours",
    [
        'Mo-Fr 09:00-17:00 || "by appointment"',
        'Mo-Fr 09:00-17:00; Sa "by appointment"',
        'Mo-Fr 09:00-17:00; Sa 10:00-14:00 unknown "by appointment"',
        'Mo-Fr 09:00-17:00; Sa-Su off "by appointment"',
    ],
)
def test_by_appointment_is_closed(hours: str) -> None:
    assert fault_in_hours(hours) is None
    for closed in ("2026-11-23 03:00", "2026-11-28 03:00", "2026-11-28 12:00"):
        assert not seen(hours, at(closed))[0]
    assert seen(hours, at("2026-11-23 12:00")) == (True, at("2026-11-23 17:00"))


def test_hours_past_midnight_last_whatever_rule_the_next_day_has() -> None:
    late = "Mo-Th,Su 11:00-01:00; Fr-Sa 11:00-03:00"
    assert seen(late, at("2026-11-29 00:30")) == (
        True,
        at("2026-11-29 03:00"),
    )  # Sunday, after Saturday's night
    assert seen(late, at("2026-11-27 00:30")) == (True, at("2026-11-27 01:00"))  # Friday, after Thursday's
    assert not seen(late, at("2026-11-30 01:00"))[0]


def test_holidays_have_hours_of_their_own() -> None:
    hours = "Mo-Fr 09:00-17:00; PH 10:00-12:00; Dec 24 09:00-13:00; 2026 Dec 28-31 off"
    assert seen(hours, at("2026-07-04 10:30")) == (True, at("2026-07-04 12:00"))
    assert seen(hours, at("2026-12-24 12:30")) == (True, at("2026-12-24 13:00"))
    assert not seen(hours, at("2026-12-28 12:00"))[0]
    assert seen(hours, at("2027-12-28 12:00"))[0]


def test_hours_of_a_season_go_round_the_end_of_the_year() -> None:
    hours = "Mo-Su 08:00-20:00; Nov-Feb Mo-Su 09:00-17:00"
    for day, opens in {
        "2026-10-31": 8,
        "2026-11-01": 9,
        "2027-02-28": 9,
        "2028-02-29": 9,
        "2027-03-01": 8,
    }.items():
        assert seen(hours, at(f"{day} 07:00"))[1] == at(f"{day} {opens:02}:00")


rules = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(
            ["", "Mo-Fr", "Sa,Su", "PH", "Su-Tu", "We,PH", "Jun-Aug Mo-Su", "Nov 1", "Mar 8-Nov 1 Mo-Sa"]
        ),
        st.sampled_from(
            ["00:00-24:00", "08:00-20:00", "01:30-02:30", "18:00-08:00", "11:00-01:00", "22:00-26:15", "off"]
        ),
    ),
).map(str.strip)
expressions = st.lists(rules, min_size=1, max_size=4).map("; ".join)
summer_and_autumn = st.datetimes(datetime(2026, 3, 6), datetime(2026, 11, 3), timezones=st.just(UTC))
around_changes = st.builds(
    lambda change, seconds: at(change) + timedelta(seconds=seconds),
    st.sampled_from(["2026-03-08 00:00", "2026-11-01 00:00", "2027-03-14 00:00"]),
    st.integers(-100_000, 100_000),
)


@given(
    expressions,
    st.one_of(summer_and_autumn, around_changes),
    st.lists(st.integers(0, 999_999), max_size=20),
)
def test_nothing_changes_until_then(hours: str, moment: datetime, millionths: list[int]) -> None:
    is_open, until = seen(hours, moment)
    assert moment < until <= moment + LONGEST
    for part in millionths:
        assert seen(hours, moment + (until - moment) * part // 1_000_000)[0] is is_open
    if until < moment + LONGEST:
        assert seen(hours, until)[0] is not is_open


CLEAR = [
    WEEKDAYS,
    "24/7",
    "24/7; PH off",
    "Mo-Th,Su 11:00-01:00; Fr-Sa 11:00-03:00",
    "Mo-Fr 08:00-12:00,13:00-17:00, Sa 10:00-12:00",
    "Sa-Su 10:00-14:00; Mo-Fr,PH 08:00-20:00;",
    "08:00-20:00; Su off; Dec 24-Jan 2 off; Dec 26 10:00-12:00",
    "Mo-Su 08:00-20:00; We 08:00-12:00; Th 08:00-22:00",
    "Mo-Fr 09:00-17:00; Jun-Aug Mo-Fr 08:00-15:00; PH off",
    "Mo-Su 18:00-08:00; PH 00:00-08:00",
    "Mo 20:00-24:00; Tu-Fr 00:00-08:00,20:00-24:00; Sa 00:00-08:00; PH off",
    "Mo-Fr 09:00-29:00",
    "2026 Dec 24-2027 Jan 2 off; 2027 Dec 24 09:00-12:00",
    'Mo-Fr 10:00-12:00 open "ask for Sunset House"',
    '"by appointment"',
]


@pytest.mark.parametrize("hours", CLEAR)
def test_what_has_one_meaning_is_accepted(hours: str) -> None:
    assert fault_in_hours(hours) is None


ENDS_OR_NOT = (
    "if the night before goes on until then, else end Mo-Su at 24:00,"
    " and write the hours after midnight as hours of the next day"
)
UNCLEAR = {
    "Mo-Fr": "write Mo-Fr 00:00-24:00 if that is meant",
    "open": "write 24/7 if that is meant",
    "Mo-Mo 09:00-17:00": "write Mo or Mo-Su",
    "9:00-17:00": "write 09:00 or 21:00",
    "00:00-00:00": "write 00:00-24:00 for a whole day",
    "08:00-08:00": "write 08:00-32:00 for a whole day",
    "09:00-05:00": "write 09:00-29:00 if it closes on the day after, 09:00-17:00 if not",
    'Sa 10:00-12:00 "by call"': 'write Sa 10:00-12:00 open "by call" if it is rung then, else unknown instead of open',
    "Jun-Aug 09:00-15:00": "name them, such as Jun-Aug Mo-Su",
    "Mo-Fr 09:00-17:00, PH off": "write ; instead of the comma, and all hours of PH",
    "Mo-Fr 08:00-12:00, We 14:00-18:00": "write ; instead of the comma, and all hours of We",
    "PH off; Mo-Fr 09:00-17:00": "write Mo-Fr 09:00-17:00; PH off",
    "Sa,PH 10:00-12:00; Mo-Fr 09:00-17:00": "write Mo-Fr 09:00-17:00; Sa,PH 10:00-12:00",
    "Dec 24 09:00-12:00; PH off": "write PH off; Dec 24 09:00-12:00",
    "Dec 26 09:00-12:00; Dec 24-Jan 2 off": "write Dec 24-Jan 2 off; Dec 26 09:00-12:00",
    "Jun-Aug Mo 08:00-15:00; Aug-Sep Mo 10:00-12:00": "write all hours of Aug-Sep Mo in one rule,"
    " or take one of them out",
    "Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00": "write all hours of Mo-Fr in one rule, or take one of them out",
    'Mo-Fr 09:00-17:00; "by appointment"': "write all hours of Mo-Su in one rule, or take one of them out",
    "Mo-Fr,PH 09:00-17:00; PH off": "write all hours of PH in one rule, or take one of them out",
    "Mo-Fr 08:00-12:00; We 14:00-18:00": "name each day in one of them only, with all of its hours",
    "Mo-Fr 08:00-12:00; Jun-Aug Mo-Fr 13:00-17:00": "name each day in one of them only, with all of its hours",
    "Mo-Su 18:00-08:00; PH off": ENDS_OR_NOT.partition("else ")[2],
    "Mo-Sa 18:00-02:00; Su off": f"write Su 00:00-02:00 {ENDS_OR_NOT.replace('Mo-Su', 'Mo-Sa')}",
    "Mo-Su 18:00-02:00; Dec 24 10:00-14:00": f"write Dec 24 00:00-02:00,10:00-14:00 {ENDS_OR_NOT}",
}


@pytest.mark.parametrize(("hours", "mend"), UNCLEAR.items())
def test_what_could_be_read_in_two_ways_is_refused_with_a_clear_way(hours: str, mend: str) -> None:
    fault = fault_in_hours(hours)
    assert fault is not None
    assert fault.what.startswith("could be read in two ways: ")
    assert fault.part in hours
    assert fault.mend == mend


UNREADABLE = {
    "": ("", "say from when until when, such as 09:00-17:00"),
    "Mo-Fr 08:00-20:00; Xx off": ("Xx off", ""),
    "Mo-Fr 8-20": ("8-20", "write times with a colon, such as 09:00-17:00"),
    "Mo-Fr 9am-5pm": ("9am-5pm", "write 17:00 for 5 pm"),
    "Monday-Fr 09:00-17:00": ("Monday-Fr 09:00-17:00", "write Mo"),
    "mo 09:00-17:00": ("mo 09:00-17:00", "write Mo"),
    "Mo–Fr 09:00-17:00": ("–Fr 09:00-17:00", "write - between two times or days"),
    "Mo-Fr 18:00+": ("+", "say until when, such as 18:00-22:00"),
    "Mo-Fr: 09:00-17:00": (": 09:00-17:00", "take the colon out"),
    "Mo-Fr 09:00-17:00; SH off": (
        "SH off",
        "name the dates, such as Jun 15-Aug 31; school holidays are not known",
    ),
    "Mo[1] 09:00-17:00": ("[1] 09:00-17:00", "name the dates, such as 2026 Dec 24"),
    "PH Mo 09:00-17:00": ("Mo 09:00-17:00", "put commas between days, and months before them"),
    "Mo Jan 09:00-17:00": ("Jan 09:00-17:00", "write months and dates before weekdays"),
    "PH,Dec 24 off": ("PH,Dec 24 off", "write a whole rule, and ; before the next"),
    "Dec 24 PH off": ("Dec 24 PH off", "write a rule of its own for PH"),
    "Dec 24,25 off": ("25 off", "repeat the month, such as Dec 24,Dec 26"),
    "Dec 26-24 off": ("Dec 26-24 off", "write the earlier date first, each with its year if it has one"),
    "2026 Dec 24-Jan 2 off": (
        "2026 Dec 24-Jan 2 off",
        "write the earlier date first, each with its year if it has one",
    ),
    "2026 Jan 1-2028 Jan 1 off": (
        "2026 Jan 1-2028 Jan 1 off",
        "write dates without a year, or at most a year at a time",
    ),
    "Jun 1-Aug off": ("Jun 1-Aug off", "write two months or two dates"),
    "Feb 30 off": ("Feb 30 off", "write dates that there are"),
    "Mo-Fr 24/7": ("Mo-Fr 24/7", "write 00:00-24:00 after days, or 24/7 first"),
    "Mo-Fr 09:60-17:00": ("09:60-17:00", "write hours and minutes, such as 09:00-17:00"),
    "09:00-34:00": ("09:00-34:00", "write at most 24 hours at a time"),
    "09:00-17:00; 12:00-13:00 off": (
        "12:00-13:00 off",
        "write the hours that remain, such as 09:00-12:00,13:00-17:00",
    ),
    "Mo 09:00-17:00 || Tu 09:00-17:00": ("|| Tu 09:00-17:00", "write ; instead of ||"),
}


@pytest.mark.parametrize(("hours", "told"), UNREADABLE.items())
def test_hours_that_cannot_be_read_say_from_where_on_and_how_to_write_them(
    hours: str, told: tuple[str, str]
) -> None:
    fault = fault_in_hours(hours)
    assert fault is not None
    assert (fault.part, fault.mend) == told
    assert fault.what.startswith("cannot be read as opening hours ")


@given(st.text(st.sampled_from('MoFrPHJanDec 0123456789:-,;|"off+[]()é'), max_size=30))
def test_any_text_is_read_or_refused(hours: str) -> None:
    assert seen(hours, at("2026-11-24 12:00"))[1] > at("2026-11-24 12:00")
    fault = fault_in_hours(hours)
    assert fault is None or fault.part in hours


def test_hours_by_the_sun_are_refused() -> None:
    fault = fault_in_hours("(sunset+24:00)-(sunset+24:00)")
    assert fault is not None
    assert fault.part == "(sunset+24:00)-(sunset+24:00)"
    assert fault.mend == "write times of day; where the center is, is not known"
    assert fault_in_hours('10:00-12:00 open "ask for Sunset House"') is None


@pytest.mark.parametrize("hours", UNREADABLE)
def test_stored_hours_that_cannot_be_read_any_more_are_closed(hours: str) -> None:
    moment = at("2026-11-24 12:00")
    assert seen(hours, moment) == (False, moment + LONGEST)


@pytest.mark.parametrize("hours", UNCLEAR)
def test_stored_hours_that_are_unclear_are_read_as_the_syntax_defines(hours: str) -> None:
    assert seen(hours, at("2026-11-24 11:00"))[1] > at("2026-11-24 11:00")
    by_the_syntax = seen("PH off; Mo-Fr 09:00-17:00", at("2026-11-26 12:00"))
    assert by_the_syntax == (True, at("2026-11-26 17:00"))


def test_every_time_zone_that_the_file_may_name_has_hours() -> None:
    for zone in available_timezones() - {"Factory", "localtime"}:
        assert opening(center(timezone=zone), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)).is_open
        assert timezone(Scalar(FilePosition(), zone, TEXT), FaultCollector([])) == zone
    with pytest.raises(InvalidValue):
        timezone(Scalar(FilePosition(), "Factory", TEXT), FaultCollector([]))


@pytest.mark.parametrize(
    ("hours", "mend"),
    [
        ("Mo-Fr 09:00", "say from when until when, such as 09:00-17:00"),
        ("Mo-Fr 9-17", "write times with a colon, such as 09:00-17:00"),
        ("Mo-Fr 09.00-17.00", "write times with a colon, such as 09:00-17:00"),
        ("24 hours", "write 24/7, or Mo-Su before the hours"),
        ("Mo-Fr 09:00-17:00 EST", "take the zone out; the center's timezone says it"),
    ],
)
def test_what_is_written_in_another_way_is_refused_with_ours(hours: str, mend: str) -> None:
    fault = fault_in_hours(hours)
    assert fault is not None
    assert fault.mend == mend
