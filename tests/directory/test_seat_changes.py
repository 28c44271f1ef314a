"""Which changes of seats another person has to approve, in words."""

from dataclasses import replace
from typing import Any

import pytest

from callrouter.directory.directory import Directory, Seat
from callrouter.directory.proposals.seat_changes import seat_changes
from tests.directories import a_directory, helpline

SEAT = Seat("sunrise-la", weight=2, tier=1, daily_cap=20)
BEFORE = a_directory(helpline(SEAT, "harbor-bos", "cedar-den"))


def told(*seats: Seat | str, **past: Any) -> list[str]:
    return list(seat_changes(BEFORE, a_directory(helpline(*seats)), **{"past": {}, **past}))


@pytest.mark.parametrize(
    ("changed", "change"),
    [
        ({"weight": 100}, "weight 2 -> 100"),
        ({"tier": 2}, "tier 1 -> 2"),
        ({"daily_cap": None}, "daily cap 20 -> none"),
        ({"monthly_cap": 0}, "monthly cap none -> 0"),
    ],
)
def test_another_weight_tier_or_cap_is_a_change(changed: dict[str, Any], change: str) -> None:
    assert told(replace(SEAT, **changed), "harbor-bos") == [f"helpline national: seat sunrise-la: {change}"]


def test_a_seat_that_stays_as_it_is_or_goes_is_none() -> None:
    assert told(SEAT) == told(replace(SEAT, states=("CA",)), "cedar-den") == []


def test_a_new_seat_is_none_where_it_is_as_most_others_are() -> None:
    assert told(SEAT, "birch-nyc") == []
    assert told(SEAT, Seat("birch-nyc", weight=2)) == [
        "helpline national: seat birch-nyc: new, with weight 2 and tier 1; usual are weight 1 and tier 1"
    ]


def test_whoever_gives_the_new_seats_their_weight_does_not_make_it_usual() -> None:
    many = [Seat(f"birch-{number}", weight=9) for number in range(5)]
    assert len(told(SEAT, *many)) == len(many)


def test_a_seat_that_comes_back_is_compared_with_what_it_was() -> None:
    was = {("national", "birch-nyc"): Seat("birch-nyc", weight=5)}
    assert told(SEAT, Seat("birch-nyc", weight=5), past=was) == []
    assert told(SEAT, "birch-nyc", past=was) == ["helpline national: seat birch-nyc: weight 5 -> 1"]


def test_the_seats_of_a_new_helpline_are_compared_with_each_other() -> None:
    new = a_directory(helpline("sunrise-la", "harbor-bos", Seat("cedar-den", weight=3), key="other"))
    assert len(list(seat_changes(Directory(), new, {}))) == 1
