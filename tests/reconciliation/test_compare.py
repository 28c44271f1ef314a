"""The rule that compares the carrier's records with ours: all that differs is found, and nothing else."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from callrouter.reconciliation.cdrs import CarrierCdrs, OurCall, OurLeg
from callrouter.reconciliation.compare import (
    MISSING_HERE,
    MISSING_THERE,
    NO_TALK_THERE,
    NOT_ENDED_THERE,
    OTHER_END,
    TALK_THERE,
    cost_differs,
    differences,
    has_the_talk,
)
from callrouter.reconciliation.model import CarrierCdr
from callrouter.reconciliation.our_cdrs import ANY_STATUS, NOT_PICKED_UP
from tests.reconciliation.two_sides import DAY, NEXT_DAY, Author, Saboteur

CASES, INJECTED, UNTOUCHED = 10, 1000, 400
TALK = OurLeg(1, "CA1", "CA0", DAY, False, True, True, ANY_STATUS, 80, 10)
CALL = OurCall("CA0", DAY, True, True, 100, (TALK,))
THEIR_CALL = CarrierCdr("CA0", None, DAY, "inbound", "completed", 100)
THEIR_TALK = CarrierCdr("CA1", "CA0", DAY, "outbound-dial", "completed", 90)
DENIES = {"call_is_gone", "call_is_added", "talk_was_none", "call_ended_otherwise", "end_is_not_there"}


def found(ours: OurCall | None, *theirs: CarrierCdr) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (one.sid, one.what, one.theirs, one.ours) for one in differences("CA0", ours, CarrierCdrs(theirs))
    ]


@pytest.mark.parametrize("case", range(CASES))
def test_of_ten_thousand_injected_differences_all_are_found_and_nothing_else(case: int) -> None:
    author = Author(Random(case))
    pairs = [author.pair() for _ in range(INJECTED + UNTOUCHED)]
    assert [pair.found() for pair in pairs if pair.found()] == []
    saboteur, deeds = Saboteur(author), Counter[str]()
    expected = {}
    for pair in author.luck.sample(pairs, INJECTED):
        deed, expected[pair.sid] = saboteur.changes(pair)
        deeds[deed] += 1
    assert {pair.sid: pair.found() for pair in pairs if pair.found()} == expected
    assert deeds.total() == INJECTED
    assert len(deeds) == 14
    assert min(deeds.values()) > 10


@pytest.mark.parametrize("case", range(CASES))
def test_several_differences_of_one_call_are_found_beside_each_other(case: int) -> None:
    """Costs differ beside whatever else, and lengths and ends of several legs differ beside each other."""
    author = Author(Random(100 + case))
    saboteur = Saboteur(author)
    for pair in [author.pair() for _ in range(200)]:
        expected = saboteur.cost_is_another(pair) + saboteur.talk_lasted_otherwise(pair)
        expected += saboteur.call_lasted_otherwise(pair) + saboteur.leg_is_added(pair)
        assert pair.found() == sorted(expected)


@pytest.mark.parametrize("case", range(CASES))
def test_a_talk_is_confirmed_unless_the_books_deny_it(case: int) -> None:
    author = Author(Random(200 + case))
    saboteur = Saboteur(author)
    for pair in [author.pair() for _ in range(300)]:
        talked = bool(pair.legs(talked=True))
        assert pair.is_confirmed() == talked
        talks = {leg.sid for leg in pair.legs(talked=True)}
        deed, [(sid, _)] = saboteur.changes(pair)
        denied = deed in DENIES or (deed in {"leg_is_gone", "leg_goes_on"} and sid in talks)
        assert pair.is_confirmed() == (talked and not denied)


def test_books_that_agree_differ_in_nothing() -> None:
    assert found(CALL, THEIR_CALL, THEIR_TALK) == []


def test_a_second_is_a_difference() -> None:
    longer = replace(THEIR_TALK, seconds=91)
    assert found(CALL, THEIR_CALL, longer) == [("CA1", "other length of talk", "81 s", "80 s")]


def test_a_length_that_nobody_told_us_is_none_that_differs() -> None:
    assert found(replace(CALL, seconds=None), THEIR_CALL, THEIR_TALK) == []


def test_what_only_the_carrier_has_is_told_with_its_call_where_that_is_known() -> None:
    [inbound] = differences("CA0", None, CarrierCdrs([THEIR_CALL]))
    assert (inbound.what, inbound.call, inbound.day, inbound.theirs) == (
        MISSING_HERE,
        "CA0",
        DAY,
        "completed, 100 s",
    )
    placed = replace(THEIR_CALL, direction="outbound-api")
    [outbound] = differences("CA0", None, CarrierCdrs([placed]))
    assert (outbound.what, outbound.call) == (MISSING_HERE, None)


def test_a_leg_of_a_call_that_nobody_knows_any_more_is_told_too() -> None:
    assert found(None, THEIR_TALK) == [("CA1", MISSING_HERE, "completed, 90 s", None)]


def test_a_call_that_one_side_lacks_is_one_difference_whatever_its_legs_are() -> None:
    assert found(CALL, THEIR_TALK) == [("CA0", MISSING_THERE, None, "ended")]


def test_a_return_call_is_listed_on_its_own_day() -> None:
    """Whichever of the two days is compared, it is the same difference."""
    owner = OurLeg(1, "CA2", None, NEXT_DAY, True, True, False, ANY_STATUS)
    kept = OurLeg(1, "CA3", "CA2", NEXT_DAY, True, True, True, ANY_STATUS, 60, 0)
    ours = replace(CALL, legs=(owner, kept))
    theirs = [THEIR_CALL, CarrierCdr("CA2", None, NEXT_DAY, "outbound-api", "completed", 70)]
    legs = [CarrierCdr(sid, "CA2", NEXT_DAY, "outbound-dial", "busy", None) for sid in ("CA3", "CA4")]
    told = differences("CA0", ours, CarrierCdrs([*theirs, *legs]))
    assert {(one.sid, one.what, one.day, one.call) for one in told} == {
        ("CA3", NO_TALK_THERE, NEXT_DAY, "CA0"),
        ("CA4", MISSING_HERE, NEXT_DAY, "CA0"),
    }


def test_of_a_leg_without_a_name_the_only_one_that_is_left_is_it() -> None:
    nameless = replace(CALL, legs=(replace(TALK, sid=None),))
    assert found(nameless, THEIR_CALL, THEIR_TALK) == []
    assert has_the_talk(nameless, CarrierCdrs([THEIR_CALL, THEIR_TALK]))


def test_where_two_may_be_it_a_person_has_to_say() -> None:
    nameless = replace(CALL, legs=(replace(TALK, sid=None),))
    other = replace(THEIR_TALK, sid="CA2")
    assert [(sid, what) for sid, what, _, _ in found(nameless, THEIR_CALL, THEIR_TALK, other)] == [
        ("CA0", MISSING_THERE),
        ("CA1", MISSING_HERE),
        ("CA2", MISSING_HERE),
    ]


def test_a_talk_that_we_only_supposed_to_be_none_is_told() -> None:
    """Its end never came: we supposed that the caller had left."""
    supposed = replace(TALK, talked=False, expected_statuses=NOT_PICKED_UP, talk_seconds=0, asked_seconds=0)
    left = replace(CALL, connected=False, legs=(supposed,))
    assert found(left, THEIR_CALL, THEIR_TALK) == [("CA1", TALK_THERE, "completed, 90 s", "nobody picked up")]
    assert found(left, THEIR_CALL, replace(THEIR_TALK, status="busy", seconds=None)) == []


def test_a_call_that_ended_here_and_goes_on_there_costs_money() -> None:
    going_on = replace(THEIR_CALL, status="in-progress", seconds=None)
    assert found(CALL, going_on, THEIR_TALK) == [("CA0", NOT_ENDED_THERE, "in-progress", "ended")]
    assert not has_the_talk(CALL, CarrierCdrs([going_on, THEIR_TALK]))


def test_who_was_never_connected_with_us_cannot_have_talked() -> None:
    never = replace(THEIR_CALL, status="failed", seconds=None)
    assert found(CALL, never, THEIR_TALK) == [("CA0", OTHER_END, "failed", "completed")]


@pytest.mark.parametrize(
    ("kept", "read", "told"),
    [
        ((None, "USD"), (8500, "USD"), None),
        ((8500, "USD"), (None, "USD"), None),
        ((8500, "USD"), (8500, "USD"), None),
        ((8500, "USD"), (8501, "USD"), ("0.008501 USD", "0.008500 USD")),
        ((8500, "USD"), (8500, "CAD"), ("0.008500 CAD", "0.008500 USD")),
        ((0, "USD"), (1, "USD"), ("0.000001 USD", "0.000000 USD")),
    ],
)
def test_a_cost_differs_where_two_are_known(
    kept: tuple[int | None, str], read: tuple[int | None, str], told: tuple[str, str] | None
) -> None:
    before, after = (replace(THEIR_CALL, cost_micros=cost, currency=unit) for cost, unit in (kept, read))
    found = [(one.theirs, one.ours) for one in cost_differs(before, after)]
    assert found == ([told] if told else [])
    assert list(cost_differs(None, after)) == []
