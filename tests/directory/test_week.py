"""Opening hours are filled in as a week, and mean the same."""

import pytest

from callrouter.directory.opening_hours.opening import fault_in_hours
from callrouter.directory.opening_hours.parser import read_text
from callrouter.directory.opening_hours.week import WeekOfHours, hours_of_week, week_of_hours
from callrouter.directory.opening_hours.week import _mean_the_same as mean_the_same
from tests.directory.test_hours_reference import OPEN

NOTHING = ("",) * 7


@pytest.mark.parametrize(
    ("hours", "again"),
    [
        ("24/7", "24/7"),
        ("off", "off"),
        ("Mo-Fr 08:00-20:00; Sa 10:00-14:00; PH off", "Mo-Fr 08:00-20:00; Sa 10:00-14:00; PH off"),
        ("Mo-Su 18:00-08:00", "Mo-Su 18:00-08:00"),
        ("Mo-Fr,PH 08:00-20:00", "Mo-Fr 08:00-20:00; PH 08:00-20:00"),
        ("Mo-Fr 09:00-17:00, Sa 10:00-14:00", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
        ("Mo 09:00-29:00", "Mo 09:00-29:00"),
    ],
)
def test_a_week_says_the_same(hours: str, again: str) -> None:
    week = week_of_hours(hours)
    assert week is not None
    assert hours_of_week(week) == again
    assert fault_in_hours(again) is None


@pytest.mark.parametrize(
    "hours",
    [
        'Mo-Fr 08:00-20:00 open "ring twice"',
        'Mo-Fr 08:00-20:00; Sa "by appointment"',
        "Mo-Fr unknown",
        "at noon",
    ],
)
def test_what_a_week_cannot_say_stays_a_text(hours: str) -> None:
    assert week_of_hours(hours) is None


def test_exceptions_come_where_they_count() -> None:
    week = WeekOfHours(
        ("09:00-17:00",) * 5 + ("", ""), "off", ("Dec 24 09:00-12:00", "Jun-Aug Mo-Fr 08:00-15:00")
    )
    assert hours_of_week(week) == "Mo-Fr 09:00-17:00; Jun-Aug Mo-Fr 08:00-15:00; PH off; Dec 24 09:00-12:00"


def test_people_write_spaces_and_words() -> None:
    week = WeekOfHours(("08:00 - 12:00, 13:00-17:00", "closed", "off", "24/7", "", "", ""))
    assert hours_of_week(week) == "Mo 08:00-12:00,13:00-17:00; Th 00:00-24:00"


def test_what_is_wrong_stays_in_the_text_and_is_told() -> None:
    hours = hours_of_week(WeekOfHours(("8am-5pm", *NOTHING[1:])))
    assert hours == "Mo 8am-5pm"
    assert fault_in_hours(hours) is not None


@pytest.mark.parametrize("hours", sorted(OPEN))
def test_all_hours_that_a_week_can_say_mean_the_same(hours: str) -> None:
    week = week_of_hours(hours)
    if week is not None:
        assert mean_the_same(read_text(hours).rules, read_text(hours_of_week(week)).rules, hours)
