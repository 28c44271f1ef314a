"""The hours of a week in which somebody of a helpline is open."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callrouter.directory.directory import Directory
from callrouter.reports.coverage import coverage, uncovered_hours
from callrouter.reports.directory_effect import directory_effect
from tests.directories import SILENT, a_directory, helpline

SOME_DAY = datetime(2026, 7, 15, 12, tzinfo=UTC)
BEFORE_CLOCKS_GO_BACK = datetime(2026, 10, 30, 12, tzinfo=UTC)


def directory(*hours: str) -> Directory:
    found = a_directory(helpline(*(f"center-{number}" for number, _ in enumerate(hours))))
    centers = {
        key: replace(each, timezone="America/New_York", hours=hours[int(key[-1])])
        if key[:-1] == "center-"
        else each
        for key, each in found.centers.items()
    }
    lines = {key: replace(each, timezone="America/New_York") for key, each in found.helplines.items()}
    return replace(found, centers=centers, helplines=lines)


def uncovered(found: Directory, now: datetime = SOME_DAY) -> int:
    [line] = found.helplines.values()
    return uncovered_hours(coverage(found, line, now))


@pytest.mark.parametrize(
    ("hours", "without"),
    [
        (("24/7",), 0),
        (("Mo-Fr 08:00-18:00",), 168 - 50),
        (("Mo-Fr 08:30-18:00",), 168 - 45),
        (("Mo-Su 00:00-12:00", "Mo-Su 12:00-24:00"), 0),
        (("Mo-Su 20:00-04:00",), 168 - 56),
    ],
)
def test_hours_count_as_covered_when_a_center_is_open_for_all_of_them(
    hours: tuple[str, ...], without: int
) -> None:
    assert uncovered(directory(*hours)) == without


def test_the_week_in_which_clocks_go_back_has_an_hour_more() -> None:
    found = directory("Mo 00:00-24:00")
    assert len(coverage(found, next(iter(found.helplines.values())), BEFORE_CLOCKS_GO_BACK)) == 169


def test_the_hours_are_those_of_the_helplines_clock() -> None:
    found = directory("Mo 08:00-10:00")
    covered = [
        hour.begins
        for hour in coverage(found, next(iter(found.helplines.values())), SOME_DAY)
        if hour.open_centers
    ]
    assert [(begin.weekday(), begin.hour) for begin in covered] == [(0, 8), (0, 9)]


def test_the_effect_tells_who_loses_turns_and_which_hours_lose_everybody() -> None:
    before, after = directory("24/7", "24/7"), directory("24/7", "24/7")
    [line] = after.helplines.values()
    fewer = replace(line, seats=line.seats[:1])
    after = replace(after, helplines={line.key: fewer})
    [effect] = directory_effect(before, after, SOME_DAY, SILENT)
    assert [(share.before, share.after) for share in effect.shares] == [(50.0, 100.0), (50.0, None)]
    assert directory_effect(before, before, SOME_DAY, SILENT) == []
