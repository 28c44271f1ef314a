"""A partner's spend cap: once its calls of a month have come to so much, its seats are skipped until the next."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest

from callrouter.billing import spend_cap
from callrouter.directory.directory import Directory, Seat
from callrouter.routing.replay import replay_helpline
from simulator import CenterBehavior, RingOutcome
from tests.directories import a_directory, center, helpline, listing, number_of, partner, rate
from tests.scenarios.call import PlacedCall
from tests.scenarios.crowd import call_at_once
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

RATES = (rate("helpline"), rate("listing"))
OTHER = number_of("helpline other")


def up_to(minor: int | None, *others: Any) -> Directory:
    """Sunrise is first, with this spend cap, and pays 35.00 and 20.00; Harbor is second, without."""
    return a_directory(
        partner("sunrise", rates=RATES, spend_cap_minor=minor),
        center("sunrise-la", screening="press-1"),
        listing("sunrise-la-page", "sunrise-la"),
        helpline(Seat("sunrise-la", tier=1), Seat("harbor-sd", tier=2)),
        *others,
    )


@pytest.fixture
def number() -> Any:
    """Somebody else each time: whoever calls again soon costs nothing."""
    numbers = count(1)
    return lambda: f"+1310555{next(numbers):04d}"


@pytest.fixture
def calls(world: World, number: Any) -> Any:
    """Somebody calls, and whoever is rung first takes the call."""

    def placed(dialled: str = NATIONAL) -> PlacedCall:
        call = world.caller(number()).dials(dialled)
        world.center("sunrise-la").accepts()
        world.center("harbor-sd").accepts()
        return call

    return placed


def answered_by(call: PlacedCall) -> str:
    answered: str = call.stored["answered_by"]
    return answered


def comes_to(world: World, call: PlacedCall, month: str, minor: int) -> None:
    """Billing has settled this call, and Sunrise's calls of the month come to so much."""
    world.settles()
    world.database.transact(partial(spend_cap.release_settled, calls=[call.sid]))
    spend = partial(spend_cap.set_spend, partner="sunrise", month=month, amount=minor, simulated=True)
    world.database.transact(spend)


def reserved(world: World) -> Counter[str]:
    return Counter({row["partner"]: row["amount"] for row in world.rows("reservation")})


def test_the_call_after_the_spend_cap_goes_to_the_other_partner(world: World, calls: Any) -> None:
    world.loads(up_to(7000))
    assert [answered_by(calls()) for _ in range(3)] == ["sunrise-la", "sunrise-la", "harbor-sd"]


def test_a_call_that_would_go_beyond_is_beyond(world: World, calls: Any) -> None:
    world.loads(up_to(6999))
    assert [answered_by(calls()) for _ in range(2)] == ["sunrise-la", "harbor-sd"]


def test_the_reason_is_stored_and_the_decision_can_be_taken_again(world: World, calls: Any) -> None:
    world.loads(up_to(0))
    [decision] = calls().decisions
    assert '["sunrise-la", "spend cap reached"]' in decision["passed_over"]
    assert world.database.transact(partial(replay_helpline, helpline="national")).agrees


def test_its_listing_still_reaches_it_and_counts(world: World, calls: Any) -> None:
    world.loads(up_to(5000))
    assert answered_by(calls(SUNRISE_PAGE)) == "sunrise-la"
    assert answered_by(calls()) == "harbor-sd"
    assert answered_by(calls(SUNRISE_PAGE)) == "sunrise-la"
    assert answered_by(calls(SUNRISE_PAGE)) == "sunrise-la"


@pytest.mark.parametrize(
    "happens",
    [Center.does_not_answer, Center.is_busy, Center.cannot_be_reached, Center.has_its_voicemail_pick_up],
)
def test_a_leg_that_was_not_accepted_releases_its_reservation(
    world: World, calls: Any, number: Any, happens: Any
) -> None:
    world.loads(up_to(3500))
    for _ in range(2):
        call = world.caller(number()).dials(NATIONAL)
        happens(world.center("sunrise-la"))
        assert call.legs[0][0] == "sunrise-la"
    assert reserved(world) == {}
    assert [answered_by(calls()) for _ in range(2)] == ["sunrise-la", "harbor-sd"]


def test_a_listings_leg_that_was_not_accepted_releases_its_reservation(world: World, number: Any) -> None:
    world.loads(up_to(3500))
    call = world.caller(number()).dials(SUNRISE_PAGE)
    world.center("sunrise-la").does_not_answer()
    assert call.legs == [("sunrise-la", "no-answer")]
    assert reserved(world) == {}


def test_a_call_that_is_being_tried_has_its_reservation(world: World, calls: Any, number: Any) -> None:
    world.loads(up_to(3500))
    trying = world.caller(number()).dials(NATIONAL)
    world.center("sunrise-la").does_not_answer()
    world.goes_on(trying)
    assert reserved(world) == {"sunrise": 3500}
    assert answered_by(calls()) == "harbor-sd"
    world.talks_end()
    assert answered_by(calls()) == "sunrise-la"


def test_what_is_settled_is_counted_as_it_was_charged(world: World, calls: Any) -> None:
    """The first call turns out to cost nothing, so enough is left for another."""
    world.loads(up_to(3500))
    call = calls()
    assert answered_by(call) == "sunrise-la"
    comes_to(world, call, "2026-03", 0)
    assert reserved(world) == {}
    second = calls()
    assert answered_by(second) == "sunrise-la"
    comes_to(world, second, "2026-03", 3500)
    assert answered_by(calls()) == "harbor-sd"


def test_settling_again_changes_nothing(world: World, calls: Any) -> None:
    world.loads(up_to(7000))
    call = calls()
    for _ in range(2):
        comes_to(world, call, "2026-03", 3500)
    assert world.rows("spend") == [
        {"partner": "sunrise", "month": "2026-03", "simulated": True, "amount": 3500}
    ]
    assert [answered_by(calls()) for _ in range(2)] == ["sunrise-la", "harbor-sd"]


def test_a_new_month_of_the_partner_opens_again(world: World, calls: Any) -> None:
    """It is April in Los Angeles from 07:00 in UTC on; in New York, where the helpline is, since 04:00."""
    world.loads(up_to(3500))
    assert answered_by(calls()) == "sunrise-la"
    world.is_now(datetime(2026, 4, 1, 6, 50, tzinfo=UTC))
    assert answered_by(calls()) == "harbor-sd"
    world.is_now(datetime(2026, 4, 1, 7, 0, tzinfo=UTC))
    assert answered_by(calls()) == "sunrise-la"


def test_a_spend_cap_that_is_raised_or_lifted_is_so_at_once(world: World, calls: Any) -> None:
    world.loads(up_to(0))
    assert answered_by(calls()) == "harbor-sd"
    world.loads(up_to(3500))
    assert [answered_by(calls()) for _ in range(2)] == ["sunrise-la", "harbor-sd"]
    world.loads(up_to(None))
    assert answered_by(calls()) == "sunrise-la"


def test_nobody_owes_a_return_call_beyond_the_spend_cap(world: World, number: Any) -> None:
    world.loads(up_to(3499))
    call = world.caller(number()).presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "harbor-sd"


def test_a_promise_reserves_nothing_until_its_owner_is_rung(world: World, calls: Any, number: Any) -> None:
    world.loads(up_to(3500))
    call = world.caller(number()).presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    assert answered_by(calls()) == "sunrise-la"
    world.rings_owners(most=1)
    assert (call.promised["owner"], call.returns) == ("harbor-sd", [])


def test_who_is_owed_a_call_and_asks_for_that_center_reaches_it_beyond_the_spend_cap(
    world: World, calls: Any
) -> None:
    """It had its turn when the promise became its own."""
    world.loads(up_to(3500))
    world.caller("+13105550999").presses("", "1").dials(NATIONAL)
    assert answered_by(calls()) == "sunrise-la"
    again = world.caller("+13105550999").presses("", "1").dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert answered_by(again) == "sunrise-la"
    assert answered_by(calls()) == "harbor-sd"


def test_a_partner_whose_calls_cost_nothing_is_never_capped(world: World, calls: Any) -> None:
    free = partner("sunrise", rates=(rate("helpline", price_minor=0), rate("listing")), spend_cap_minor=0)
    world.loads(up_to(0, free))
    assert [answered_by(calls()) for _ in range(2)] == ["sunrise-la"] * 2
    assert reserved(world) == {}


def test_without_spend_caps_nothing_is_written(world: World, calls: Any) -> None:
    world.loads(up_to(None))
    assert answered_by(calls()) == "sunrise-la"
    assert answered_by(calls(SUNRISE_PAGE)) == "sunrise-la"
    assert [world.rows(table) for table in ("spend_cap_lock", "reservation")] == [[], []]


def test_of_two_calls_at_once_on_two_helplines_one_gets_what_is_left(database_url: str) -> None:
    seats = (Seat("sunrise-la", tier=1), Seat("harbor-sd", tier=2))
    world = World(database_url, up_to(3500, helpline(*seats, key="other")), connections=8)
    assert at_the_peak(world, [NATIONAL, OTHER]) == {"sunrise-la": 1, "harbor-sd": 1}


def test_of_many_calls_at_once_as_many_are_rung_as_the_cap_leaves(database_url: str) -> None:
    """On ten helplines, which have no lock in common; half of them ring the two partners in the opposite order."""
    harbor = partner("harbor", rates=RATES, spend_cap_minor=5 * 3500)
    there = (Seat("sunrise-la", tier=1), Seat("harbor-sd", tier=2), Seat("meadow-bos", tier=3))
    back = (Seat("harbor-sd", tier=1), Seat("sunrise-la", tier=2), Seat("meadow-bos", tier=3))
    helplines = [helpline(*(there, back)[n % 2], key=f"line-{n}") for n in range(10)]
    world = World(database_url, up_to(7 * 3500, harbor, *helplines), connections=20)
    rung = at_the_peak(world, [each.numbers[0] for each in helplines] * 4)
    assert (rung["sunrise-la"], rung["harbor-sd"]) == (7, 5)


def at_the_peak(world: World, dialled: list[str]) -> Counter[str]:
    """Whom all of these calls ring at the same time; everybody answers."""
    peak = Counter[str]()

    def look() -> None:
        peak.update(leg["center"] for leg in world.rows("leg", outcome=None))

    behaviors = {
        each.phone: CenterBehavior(RingOutcome.A_PERSON) for each in world.directory.centers.values()
    }
    call_at_once(world, dialled, behaviors, look)
    assert world.watch.failures == []
    world.closes()
    return peak
