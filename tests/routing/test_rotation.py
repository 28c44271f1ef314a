"""Who is owed most is rung, and nobody's credit goes far, whoever may be rung from call to call."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.routing.rotation import UNITS, Credits, Pool, pick
from tests.routing.rota import Rota, everybody, openings

CALL_AND_A_HALF = 3 * UNITS // 2

some_weights = st.lists(st.integers(1, 10), min_size=1, max_size=8)


def seats(weights: list[int]) -> dict[str, int]:
    return {f"c{number:02}": weight for number, weight in enumerate(weights)}


def furthest(rota: Rota) -> int:
    """How far the credit of any seat is from nothing, in units."""
    return max(map(abs, rota.credits.credit), default=0)


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_calls_at_random_leave_every_credit_within_a_call_and_a_half(seed: int) -> None:
    rota, most = Rota(), 0
    for lineup, language in openings(Random(seed), 10_000):
        rota.rings(lineup, language)
        most = max(most, furthest(rota))
    assert 0 < most <= CALL_AND_A_HALF
    assert sum(rota.credits.credit) == 0
    assert rota.replayed().agrees


@pytest.mark.parametrize("seed", range(4))
def test_with_a_fixed_set_every_seat_stays_within_one_call_of_its_fair_share(seed: int) -> None:
    random, rung = Random(seed), Counter[str | None]()
    weights = seats([random.randint(1, 10) for _ in range(random.randint(2, 20))])
    rota, lineup = Rota(), everybody(weights)
    for number in range(1, 2_501):
        rung[rota.rings(lineup)] += 1
        fair = {center: number * weight / sum(weights.values()) for center, weight in weights.items()}
        assert all(abs(rung[center] - share) < 1 for center, share in fair.items())
        assert furthest(rota) <= UNITS
    assert rota.replayed().agrees


@given(some_weights)
def test_whatever_the_weights_a_round_gives_each_seat_its_calls_and_keeps_it_near(weights: list[int]) -> None:
    rota, lineup, rung = Rota(), everybody(seats(weights)), Counter[str | None]()
    for _ in range(sum(weights)):
        rung[rota.rings(lineup)] += 1
        assert furthest(rota) < CALL_AND_A_HALF
    assert rung == seats(weights)
    # What is left is what rounding gave to one and not yet to another.
    assert furthest(rota) <= sum(weights)


@given(st.lists(st.just(3), min_size=1, max_size=40))
def test_seats_of_one_weight_take_turns(weights: list[int]) -> None:
    rota, lineup = Rota(), everybody(seats(weights))
    rounds = [[rota.rings(lineup) for _ in weights] for _ in range(4)]
    assert all(sorted(filter(None, turns)) == list(seats(weights)) for turns in rounds)


@pytest.mark.parametrize("count", range(1, 17))
def test_on_a_fresh_helpline_seats_of_one_weight_are_rung_in_the_order_of_their_keys(count: int) -> None:
    rota, keys = Rota(), list(seats([1] * count))
    assert [rota.rings(everybody(seats([1] * count))) for _ in range(2 * count)] == keys * 2


@pytest.mark.parametrize("weights", [[1, 1, 1, 100, 100], [1] * 9 + [3] * 10, [1] * 14 + [100] * 5])
def test_many_small_seats_among_large_ones_wait_longer_but_get_their_calls(weights: list[int]) -> None:
    """The rule's worst: they come to be owed a call all at once, and only one call comes at a time."""
    rota, lineup, rung, most = Rota(), everybody(seats(weights)), Counter[str | None](), 0
    for _ in range(sum(weights)):
        rung[rota.rings(lineup)] += 1
        most = max(most, furthest(rota))
    assert UNITS < most < 1.52 * UNITS
    assert rung == seats(weights)


def test_one_seat_takes_every_call_and_is_never_owed_anything() -> None:
    rota = Rota()
    assert [rota.rings(everybody({"only": 7})) for _ in range(3)] == ["only"] * 3
    assert rota.credit_of("only") == 0


def test_with_nobody_eligible_only_the_number_counts_on() -> None:
    rota = Rota()
    rota.rings(everybody({"a": 2, "b": 1}))
    before = rota.credits.credit.tolist(), rota.credits.last_rung.tolist()
    assert rota.rings(everybody({})) is None
    assert rota.rings(everybody({"a": 2, "b": 1}), passed_over={"a", "b"}) is None
    assert (rota.credits.credit.tolist(), rota.credits.last_rung.tolist()) == before
    assert rota.credits.number == 3


def test_a_seat_that_may_be_rung_on_every_other_call_is_not_starved() -> None:
    rota, rung = Rota(), Counter[str | None]()
    for number in range(1_200):
        rung[rota.rings(everybody({"a": 1, "b": 1} | ({"other": 1} if number % 2 else {})))] += 1
    assert abs(rung["other"] - 1_200 / 2 / 3) <= 1.5


def test_a_seat_that_was_closed_comes_back_without_a_backlog() -> None:
    rota, without, everyone = Rota(), everybody({"b": 1, "c": 1}), everybody({"a": 1, "b": 1, "c": 1})
    rota.rings(everyone)
    owed = rota.credit_of("a")
    for _ in range(1_000):
        rota.rings(without)
    assert rota.credit_of("a") == owed
    assert Counter(rota.rings(everyone) for _ in range(9))["a"] in {2, 3, 4}


def picked(weights: dict[str, int], credit: list[int], last_rung: list[int]) -> str:
    """Who is picked, where these are owed this much and were last rung by these decisions."""
    pool = Pool.of(everybody(weights).candidates, {center: n for n, center in enumerate(sorted(weights))})
    credits = Credits.of(8, b"", b"")
    credits.credit.extend(credit)
    credits.last_rung.extend(last_rung)
    return pool.candidates[pick(credits, pool)].center


def test_who_is_owed_most_is_picked_whatever_the_weights() -> None:
    assert picked({"a": 1, "b": 1}, [1, -1], [8, 0]) == "a"
    assert picked({"a": 1, "b": 3}, [UNITS // 2 + 1, 0], [8, 0]) == "a"


def test_among_equals_the_larger_weight_is_picked() -> None:
    assert picked({"a": 1, "b": 3}, [UNITS // 2, 0], [0, 8]) == "b"
    assert picked({"a": 3, "b": 1}, [0, UNITS // 2], [8, 0]) == "a"


def test_among_equals_of_one_weight_the_longest_not_rung_is_picked_and_then_the_first_by_key() -> None:
    assert picked({"a": 1, "b": 1, "c": 2}, [0, 0, -UNITS], [5, 3, 0]) == "b"
    assert picked({"b": 1, "a": 1}, [0, 0], [0, 0]) == "a"


@given(some_weights, st.integers(1, 10_000))
def test_the_parts_of_a_decision_make_one_call(weights: list[int], number: int) -> None:
    pool = Pool.of(
        everybody(seats(weights)).candidates, {center: n for n, center in enumerate(seats(weights))}
    )
    shares, exact = pool.shares(number), [UNITS * weight / sum(weights) for weight in weights]
    assert sum(shares) == UNITS
    assert all(abs(share - part) <= 1 for share, part in zip(shares, exact, strict=True))


@given(st.lists(st.just(1), min_size=1, max_size=30), st.integers(1, 10_000))
def test_what_rounding_leaves_goes_round(weights: list[int], number: int) -> None:
    positions = {center: n for n, center in enumerate(seats(weights))}
    pool = Pool.of(everybody(seats(weights)).candidates, positions)
    given = [sum(turn) for turn in zip(*(pool.shares(number + n) for n in range(len(weights))), strict=True)]
    assert given == [UNITS] * len(weights)
