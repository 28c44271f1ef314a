"""How often codes may be tried. No test waits: each sets the clock."""

import pytest

from callrouter.privacy.proof_codes import CODE_DIGITS
from tests.webhooks.proofs import Ticks
from webhooks.proof.throttle import (
    MOST_ADDRESSES,
    OF_ALL,
    Limit,
    Throttle,
    TooManyCodes,
    household,
)

YEAR = 365 * 24 * 3600


def tries(throttle: Throttle, *addresses: str) -> int:
    """How many are let through."""
    through = 0
    for address in addresses:
        try:
            throttle.let_through(address)
        except TooManyCodes:
            continue
        through += 1
    return through


def test_an_address_has_its_attempts_and_gets_one_more_each_minute() -> None:
    ticks = Ticks()
    throttle = Throttle(ticks, Limit(3, 60))
    assert tries(throttle, *["192.0.2.1"] * 10) == 3
    with pytest.raises(TooManyCodes) as refused:
        throttle.let_through("192.0.2.1")
    assert refused.value.seconds == 60
    ticks.now += 59
    assert tries(throttle, "192.0.2.1") == 0
    ticks.now += 1
    assert tries(throttle, *["192.0.2.1"] * 10) == 1


def test_refused_attempts_do_not_make_it_worse() -> None:
    ticks = Ticks()
    throttle = Throttle(ticks, Limit(1, 60))
    tries(throttle, *["192.0.2.1"] * 1_000)
    ticks.now += 60
    assert tries(throttle, "192.0.2.1") == 1


def test_a_flood_from_everywhere_is_limited_and_over_as_soon_as_it_ends() -> None:
    ticks = Ticks()
    throttle = Throttle(ticks, Limit(10, 60), Limit(100, 0.5))
    addresses = [f"10.{number >> 8}.{number & 255}.1" for number in range(5_000)]
    assert tries(throttle, *addresses) == 100
    ticks.now += 0.5
    assert tries(throttle, "192.0.2.1") == 1


def test_who_guesses_takes_nothing_from_who_has_not() -> None:
    """A thousand addresses that go on guessing use up what is theirs, and newcomers get through."""
    ticks = Ticks()
    throttle = Throttle(ticks, Limit(10, 60), Limit(100, 0.5))
    guessers = [f"10.0.{number}.1" for number in range(100)]
    assert tries(throttle, *guessers) == 100
    ticks.now += 55  # Their own buckets are not full yet, and both shared ones are.
    assert tries(throttle, *guessers * 5) == 100
    assert tries(throttle, "192.0.2.1") == 1


def test_no_more_than_two_codes_a_second_are_tried_for_long() -> None:
    assert 1 / OF_ALL.seconds == 2
    a_million_calls = 10**6
    hits_a_year = YEAR * 2 * 2 * a_million_calls / 10**CODE_DIGITS
    assert hits_a_year < 1 / 50


def test_a_right_code_gives_its_attempt_back() -> None:
    throttle = Throttle(Ticks(), Limit(1, 60))
    for _ in range(5):
        throttle.give_back(throttle.let_through("192.0.2.1"))
    assert tries(throttle, "192.0.2.1", "192.0.2.1") == 1


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_household_is_counted_together(address: str, counted_as: str) -> None:
    assert household(address) == counted_as


def test_memory_is_bounded() -> None:
    throttle = Throttle(Ticks(), of_all=Limit(MOST_ADDRESSES * 2, 1))
    tries(throttle, *(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(MOST_ADDRESSES + 10)))
    assert len(throttle._addresses) == MOST_ADDRESSES
