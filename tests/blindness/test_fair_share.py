"""No seat is ever further from its fair share than the bound, whatever sets of seats somebody chooses."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from callrouter.blindness.fair_share import largest_possible_distance, most_pending
from callrouter.routing.eligibility import Candidate, Lineup
from callrouter.routing.replay import StoredDecision, replay
from callrouter.routing.rotation import UNITS

SEATS = 6
WEIGHTS = st.lists(st.integers(1, 100), min_size=SEATS, max_size=SEATS)
SETS = st.lists(st.sets(st.integers(0, SEATS - 1), min_size=1), min_size=1, max_size=60)
UNDONE = st.dictionaries(st.integers(1, 60), st.integers(0, 4), max_size=10)


def played(weights: list[int], sets: list[set[int]], undone: dict[int, int]) -> tuple[float, dict[int, int]]:
    """The largest distance in calls, when each decision picks by the rule, and some are undone later."""
    centers = [f"c{seat}" for seat in range(SEATS)]
    lineups: dict[str, Lineup] = {}
    decisions: list[StoredDecision] = []
    positions = {center: seat for seat, center in enumerate(centers)}
    after = {number: number + wait for number, wait in undone.items() if number + wait < len(sets)}
    for number, members in zip(count(1), sets, strict=False):
        lineup = Lineup(
            tuple(Candidate(centers[seat], weights[seat], 1, ("en",)) for seat in sorted(members)), {}
        )
        lineups[lineup.digest] = lineup
        asked = StoredDecision(number, lineup.digest, "en", frozenset(), None)
        [disagreement] = replay([*decisions, asked], lineups, positions).disagreements
        decisions.append(
            StoredDecision(
                number, lineup.digest, "en", frozenset(), disagreement.recomputed, after.get(number)
            )
        )
    return replay(decisions, lineups, positions).largest_credit / UNITS, after


@given(WEIGHTS, SETS)
def test_a_seat_stays_within_half_a_call_for_each_other_seat(
    weights: list[int], sets: list[set[int]]
) -> None:
    distance, _ = played(weights, sets, {})
    assert distance <= largest_possible_distance(SEATS, 0) == (SEATS - 1) / 2


@given(WEIGHTS, SETS, UNDONE)
def test_decisions_that_are_undone_later_widen_it_by_as_many_as_wait(
    weights: list[int], sets: list[set[int]], undone: dict[int, int]
) -> None:
    distance, after = played(weights, sets, undone)
    assert distance <= largest_possible_distance(SEATS, most_pending(after))


def test_two_equal_seats_reach_the_bound() -> None:
    distance, _ = played([1] * SEATS, [{0, 1}] * 4, {})
    assert distance == 0.5 == largest_possible_distance(2, 0)


def test_how_many_are_pending_at_a_time() -> None:
    assert most_pending({}) == 0
    assert most_pending({1: 4, 2: 2, 3: 5, 6: 7}) == 2
