"""What a change of the directory does to turns, to waits and to hours with nobody."""

from datetime import UTC, datetime

import pytest

from callrouter.directory.directory import Directory, Seat
from callrouter.reports.directory_effect import HelplineEffect, directory_effect
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.wordings import SHIPPED
from tests.directories import a_directory, center, helpline

SPOKEN = spoken_seconds(SHIPPED)
NOW = datetime(2026, 1, 14, tzinfo=UTC)


def with_seats(*seats: Seat, **hours: str) -> Directory:
    centers = [center(seat.center, hours=hours.get(seat.center.replace("-", "_"), "24/7")) for seat in seats]
    return a_directory(*centers, helpline(*seats))


BEFORE = with_seats(Seat("sunrise-la", weight=2), Seat("harbor-sd"), Seat("meadow-bos", tier=2))


def effect(after: Directory) -> HelplineEffect:
    [found] = directory_effect(BEFORE, after, NOW, SPOKEN)
    return found


def turns(after: Directory) -> dict[str, bool]:
    return {share.center: share.loses_turns for share in effect(after).shares}


FIRST, SECOND, THIRD = BEFORE.helplines["national"].seats


@pytest.mark.parametrize(
    ("seats", "loses"),
    [
        ((Seat("sunrise-la", weight=4), SECOND, THIRD), {"sunrise-la": False, "harbor-sd": True}),
        ((FIRST, SECOND, Seat("meadow-bos")), {"sunrise-la": True, "harbor-sd": True, "meadow-bos": False}),
        ((FIRST, SECOND, Seat("meadow-bos", tier=3)), {"meadow-bos": True}),
        ((FIRST, THIRD), {"sunrise-la": False, "harbor-sd": True}),
    ],
)
def test_who_loses_turns_is_told(seats: tuple[Seat, ...], loses: dict[str, bool]) -> None:
    assert turns(with_seats(*seats)) == loses


def test_hours_with_nobody_are_counted_before_and_after() -> None:
    seats = BEFORE.helplines["national"].seats
    closed = with_seats(
        *seats, **dict.fromkeys(("sunrise_la", "harbor_sd", "meadow_bos"), "Mo-Sa 00:00-24:00")
    )
    found = effect(closed)
    assert (found.uncovered_before, found.uncovered_after) == (0, 24)
    assert found.shares == []


def test_a_change_that_touches_no_helpline_has_no_effect() -> None:
    assert (
        directory_effect(
            BEFORE, a_directory(*BEFORE.centers.values(), *BEFORE.helplines.values()), NOW, SPOKEN
        )
        == []
    )
