"""A price is a function of the rate in force and of nothing that the caller is, says or decides."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.billing.pricing import AcceptedCall, price
from callrouter.directory.directory import Rate
from callrouter.money import Money
from tests.directories import partner, rate

NOON = datetime(2026, 11, 24, 20, tzinfo=UTC)
RATE = rate("helpline", price_minor=3500, minimum_seconds=30, repeat_days=30)
A_MOMENT = timedelta(microseconds=1)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
accepted_calls = st.builds(
    AcceptedCall, moments, st.integers(0, 20_000), st.lists(moments, max_size=4).map(tuple)
)
rates = st.builds(
    rate,
    st.sampled_from(["helpline", "listing"]),
    price_minor=st.integers(0, 10**9),
    minimum_seconds=st.integers(0, 600),
    repeat_days=st.integers(0, 365),
)


def charged(talk_seconds: int = 60, *before: datetime) -> bool:
    return price(RATE, AcceptedCall(NOON, talk_seconds, before)) is not None


def test_an_accepted_call_costs_the_rate() -> None:
    assert price(RATE, AcceptedCall(NOON, 60, ())) == Money(3500, "USD")


@pytest.mark.parametrize(
    ("talk_seconds", "costs"), [(0, False), (29, False), (30, True), (31, True), (14_400, True)]
)
def test_it_costs_from_the_minimum_of_talk_on(talk_seconds: int, costs: bool) -> None:
    assert charged(talk_seconds) is costs


@pytest.mark.parametrize(
    ("since", "costs"),
    [
        (timedelta(0), False),
        (timedelta(days=1), False),
        (timedelta(days=30) - A_MOMENT, False),
        (timedelta(days=30), True),
        (timedelta(days=31), True),
    ],
)
def test_a_caller_who_was_charged_for_is_free_for_so_many_days(since: timedelta, costs: bool) -> None:
    assert charged(60, NOON - since) is costs


def test_a_call_whose_turn_came_late_is_a_repetition_of_a_later_one() -> None:
    assert not charged(60, NOON + timedelta(days=1))


def test_any_charged_call_makes_a_repetition() -> None:
    long_ago, lately = NOON - timedelta(days=90), NOON - timedelta(days=3)
    assert charged(60, long_ago)
    assert not charged(60, long_ago, lately)


def test_without_a_rate_nothing_is_charged() -> None:
    assert price(None, AcceptedCall(NOON, 60, ())) is None


def test_with_no_repeat_days_every_call_costs() -> None:
    assert price(rate(repeat_days=0), AcceptedCall(NOON, 60, (NOON,))) == Money(3500, "USD")


def test_a_price_of_nothing_is_a_charge_of_nothing() -> None:
    assert price(rate(price_minor=0), AcceptedCall(NOON, 60, ())) == Money(0, "USD")


def test_a_price_can_be_told_nothing_else() -> None:
    assert [field.name for field in fields(AcceptedCall)] == ["arrived_at", "talk_seconds", "counted_before"]
    with pytest.raises(AttributeError):
        AcceptedCall(NOON, 60, ()).__dict__  # noqa: B018 - it has slots, so nothing can be hung onto it


@given(rates, accepted_calls)
def test_a_charge_is_the_rates_price_or_nothing(given_rate: Rate, accepted: AcceptedCall) -> None:
    assert price(given_rate, accepted) in {None, Money(given_rate.price_minor, given_rate.currency)}


@given(rates, accepted_calls, st.integers(0, 20_000))
def test_longer_talk_never_costs_more_once_it_is_charged(
    given_rate: Rate, accepted: AcceptedCall, more: int
) -> None:
    longer = AcceptedCall(accepted.arrived_at, accepted.talk_seconds + more, accepted.counted_before)
    costs = price(given_rate, accepted)
    assert costs is None or price(given_rate, longer) == costs


@given(rates, accepted_calls, moments)
def test_another_charged_call_never_makes_one_dearer(
    given_rate: Rate, accepted: AcceptedCall, other: datetime
) -> None:
    more = AcceptedCall(accepted.arrived_at, accepted.talk_seconds, (*accepted.counted_before, other))
    assert price(given_rate, more) in {None, price(given_rate, accepted)}


def test_the_rate_in_force_is_the_latest_that_has_begun_in_the_partners_zone() -> None:
    old, new = rate(price_minor=3500), rate(begins=date(2026, 12, 1), price_minor=4000)
    sunrise = partner(rates=(new, old, rate("listing")), timezone="America/Los_Angeles")
    midnight = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert sunrise.rate("helpline", midnight - A_MOMENT) == old
    assert sunrise.rate("helpline", midnight) == new
    assert sunrise.rate("helpline", datetime(2025, 12, 31, tzinfo=UTC)) is None
    assert sunrise.rate("promise", midnight) is None
