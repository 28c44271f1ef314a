"""What a call costs: the price of partner and kind, once, for a talk that was long enough and no repeat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callrouter.reports.money.charges import exported_entries
from callrouter.reports.period import Period
from tests.directories import partner, rate
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World


def talks(
    world: World, dialled: str, center: Center, number: str = "+13105550188", seconds: float = 90
) -> list:
    call = world.caller(number).dials(dialled)
    center.accepts(seconds)
    assert call.was_answered_by(center)
    return call.charges


def test_a_listings_call_has_its_own_price(world: World, sunrise: Center) -> None:
    assert talks(world, SUNRISE_PAGE, sunrise) == [("sunrise", "listing", "20.00 USD")]


@pytest.mark.parametrize(("seconds", "charged"), [(29, False), (30, True), (31, True), (0, False)])
def test_a_talk_shorter_than_the_minimum_is_free(
    world: World, harbor: Center, seconds: int, charged: bool
) -> None:
    assert bool(talks(world, HARBOR_PAGE, harbor, seconds=seconds)) is charged


def test_the_time_for_pressing_1_is_no_talk(world: World, sunrise: Center) -> None:
    assert talks(world, SUNRISE_PAGE, sunrise, seconds=26) == []


def test_a_caller_who_calls_again_within_the_days_is_free(world: World, sunrise: Center) -> None:
    assert talks(world, NATIONAL, sunrise)
    world.passes(days=29)
    assert talks(world, NATIONAL, sunrise) == []
    world.passes(days=1)
    assert talks(world, NATIONAL, sunrise)


@pytest.mark.parametrize(("seconds", "charged"), [(-1, False), (0, True)])
def test_exactly_so_many_days_later_the_call_is_charged(
    world: World, harbor: Center, seconds: int, charged: bool
) -> None:
    assert talks(world, HARBOR_PAGE, harbor)
    world.is_now(START + timedelta(days=30, seconds=seconds))
    assert bool(talks(world, HARBOR_PAGE, harbor)) is charged


def test_the_days_count_from_the_charged_call(world: World, sunrise: Center) -> None:
    """A repeat that was free begins no new time."""
    assert talks(world, NATIONAL, sunrise)
    for _ in range(3):
        world.passes(days=9)
        assert talks(world, NATIONAL, sunrise) == []
    world.passes(days=4)
    assert talks(world, NATIONAL, sunrise)


def test_a_repeat_is_one_of_the_partner_whatever_was_dialled(world: World, sunrise: Center) -> None:
    assert talks(world, SUNRISE_PAGE, sunrise)
    assert talks(world, NATIONAL, sunrise) == []


def test_the_same_caller_is_new_to_another_partner(world: World, sunrise: Center, harbor: Center) -> None:
    assert talks(world, SUNRISE_PAGE, sunrise)
    assert talks(world, HARBOR_PAGE, harbor)


def test_another_caller_is_no_repeat(world: World, sunrise: Center) -> None:
    assert talks(world, NATIONAL, sunrise)
    assert talks(world, NATIONAL, sunrise, number="+13105550111")


def test_a_call_that_was_free_for_being_short_makes_no_repeat(world: World, sunrise: Center) -> None:
    assert talks(world, NATIONAL, sunrise, seconds=10) == []
    assert talks(world, NATIONAL, sunrise)


def test_without_repeat_days_every_call_is_charged(world: World, sunrise: Center) -> None:
    world.edits(partner("sunrise", rates=(rate("helpline", repeat_days=0),)))
    assert talks(world, NATIONAL, sunrise)
    assert talks(world, NATIONAL, sunrise)


def test_a_partner_without_a_rate_for_the_kind_pays_nothing(world: World, sunrise: Center) -> None:
    world.edits(partner("sunrise", rates=(rate("helpline"),)))
    assert talks(world, SUNRISE_PAGE, sunrise) == []


def test_a_rate_that_has_not_begun_is_none(world: World, sunrise: Center) -> None:
    later = replace(rate("helpline"), begins=datetime(2026, 3, 5, tzinfo=UTC).date())
    world.edits(partner("sunrise", rates=(later,)))
    assert talks(world, NATIONAL, sunrise) == []


def test_two_repeats_that_are_settled_together_are_told_apart(world: World, sunrise: Center) -> None:
    for _ in range(2):
        call = world.caller().dials(NATIONAL)
        sunrise.accepts()
        assert call.outcome == "answered"
    world.settles()
    assert len(world.rows("ledger_entry")) == 1


def test_settling_again_enters_nothing(world: World, sunrise: Center) -> None:
    charged = talks(world, NATIONAL, sunrise)
    before = world.counts()
    world.settles()
    assert (world.counts(), len(charged)) == (before, 1)


def test_a_charge_is_posted_in_the_partners_month(world: World, sunrise: Center) -> None:
    """It is April in New York, and still March in Los Angeles."""
    world.is_now(datetime(2026, 4, 1, 5, 0, tzinfo=UTC))
    assert talks(world, NATIONAL, sunrise)
    assert [row["period"] for row in world.rows("ledger_entry")] == ["2026-03"]


def test_simulated_calls_are_marked_so(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert (call.stored["simulated"], call.record["simulated"]) == (True, True)
    assert [row["simulated"] for row in world.rows("ledger_entry")] == [True]


def test_an_entry_is_unconfirmed_until_the_carriers_books_agree(world: World, sunrise: Center) -> None:
    assert talks(world, NATIONAL, sunrise)
    with world.database.engine.begin() as connection:
        assert [entry["state"] for entry in exported_entries(connection, Period())] == ["unconfirmed"]
