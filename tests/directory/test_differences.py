"""What differs between two versions is told value by value, and nothing that differs is left out."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from callrouter.directory.differences import Difference, differences_between
from callrouter.directory.directory import Directory, Seat
from callrouter.directory.document import to_document
from tests.directories import a_directory, center, helpline, listing, partner, rate
from tests.directory.strategies import directories

BEFORE = a_directory(partner(rates=(rate(),)), helpline(Seat("sunrise-la", weight=2), "harbor-bos"))


def told(*entries: Any) -> list[str]:
    after = a_directory(
        *BEFORE.partners.values(), *BEFORE.centers.values(), *BEFORE.helplines.values(), *entries
    )
    return [each.in_words() for each in differences_between(BEFORE, after)]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            helpline(Seat("sunrise-la", weight=100), "harbor-bos"),
            "helplines national: seats sunrise-la weight 2 -> 100",
        ),
        (
            helpline(Seat("sunrise-la", weight=2, states=("CA",)), Seat("harbor-bos", daily_cap=3)),
            "helplines national: seats sunrise-la states [] -> [CA]",
        ),
        (helpline("harbor-bos", Seat("sunrise-la", weight=2)), "helplines national: seats order"),
        (center(phone="sip:a@b"), 'centers sunrise-la: phone "+'),
        (
            partner(rates=(rate(price_minor=1),)),
            'partners sunrise: rates helpline 2026-01-01 price "35.00" -> "0.01"',
        ),
        (
            partner(rates=(rate(),), spend_cap_minor=100),
            'partners sunrise: monthly_ceiling none -> "1.00"',
        ),
        (
            listing(),
            'listings sunrise-la-page: new {key: sunrise-la-page, center: sunrise-la, numbers: ["+',
        ),
    ],
)
def test_a_difference_is_told_with_the_old_value_and_the_new(entry: Any, words: str) -> None:
    assert any(line.startswith(words) for line in told(entry))


def test_what_is_gone_is_told_with_what_it_was() -> None:
    [*others, seat] = [
        each.in_words() for each in differences_between(BEFORE, a_directory(helpline("sunrise-la")))
    ]
    assert any(line.startswith("centers harbor-bos: gone, was {key: harbor-bos, ") for line in others)
    assert seat.startswith("helplines national: seats harbor-bos {center: harbor-bos, weight: 1")
    assert seat.endswith("-> none")


def test_entries_in_another_order_are_told() -> None:
    turned = replace(BEFORE, centers=dict(reversed(BEFORE.centers.items())))
    assert differences_between(BEFORE, turned) == (
        Difference("centers", None, "order", ["sunrise-la", "harbor-bos"], ["harbor-bos", "sunrise-la"]),
    )


def test_hostile_names_do_nothing_on_a_terminal() -> None:
    [line] = told(center(name="\x1b[31m\u202e\n"))
    assert line.isprintable()


@given(directories(), directories())
def test_nothing_differs_only_where_both_mean_the_same(one: Directory, other: Directory) -> None:
    for after in (one, other):
        differences = differences_between(one, after)
        assert (differences == ()) == (to_document(one) == to_document(after))
        assert json.dumps(differences) is not None
        assert all(each.in_words().isprintable() for each in differences)
