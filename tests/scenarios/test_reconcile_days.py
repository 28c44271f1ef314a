"""Days that are compared with the carrier's records: prices that come late, promises that are kept on another day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from callrouter.reconciliation.carrier_cdrs import micros
from callrouter.reconciliation.days import LOOKS_BACK_DAYS, days_to_compare
from callrouter.reports.money.differences import reconciled_day
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.test_reconcile import found, states
from tests.scenarios.world import START, World

DAY = START.date()
NEXT = DAY + timedelta(days=1)
LATE = datetime(2026, 3, 4, 23, 50, tzinfo=UTC)
NEXT_AFTERNOON = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


@pytest.fixture
def answered(caller: Caller, sunrise: Center) -> PlacedCall:
    call = caller.dials(NATIONAL)
    # Leg and call end at the same moment, so the carrier knows the prices of both at the same moment.
    sunrise.accepts(hangs_up="caller")
    assert call.story
    return call


def costs(world: World) -> dict[str, int | None]:
    """direction: millionths, of the calls that were read."""
    return {row["direction"]: row["cost_micros"] for row in world.rows("carrier_cdr")}


def due(world: World, today: date) -> list[date]:
    return world.database.transact(lambda session: days_to_compare(session, today))


def in_all(world: World, day: date) -> str:
    with world.database.engine.connect() as connection:
        return reconciled_day(connection, day)["cost"]


def test_a_price_that_comes_late_is_kept_by_a_later_comparison(world: World, answered: PlacedCall) -> None:
    world.compares(DAY)
    assert costs(world) == {"inbound": None, "outbound-dial": None}
    assert in_all(world, DAY) == "not known yet"
    world.passes(minutes=1)
    assert world.compares(DAY) == []
    assert costs(world) == {"inbound": 66_000, "outbound-dial": 28_000}
    assert in_all(world, DAY) == "0.0940 USD"


def test_a_price_that_was_known_is_not_forgotten(world: World, answered: PlacedCall) -> None:
    world.passes(minutes=1)
    world.compares(DAY)
    world.carrier.rest.faults.unpriced = 10**6
    assert world.compares(DAY) == []
    assert costs(world) == {"inbound": 66_000, "outbound-dial": 28_000}


def test_a_price_that_has_changed_is_kept_anew_and_listed(world: World, answered: PlacedCall) -> None:
    world.passes(minutes=1)
    world.compares(DAY)
    world.carrier.records.calls[answered.sid].price = "0.0335"
    [row] = world.compares(DAY)
    assert (row["sid"], row["call"], row["what"], row["corrected"]) == (
        answered.sid,
        answered.sid,
        "other cost",
        True,
    )
    assert (row["ours"], row["theirs"]) == ("0.066000 USD", "0.033500 USD")
    assert costs(world)["inbound"] == 33_500
    assert world.compares(DAY) == [row]


@pytest.mark.parametrize(
    ("price", "kept"),
    [
        ("0.0085", 8_500),
        ("0", 0),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.00000251", 3),
        ("123456.654321", 123_456_654_321),
    ],
)
def test_a_price_is_kept_in_millionths_the_nearest_half_of_one_to_the_even(price: str, kept: int) -> None:
    assert micros(Decimal(price)) == kept


@pytest.fixture
def eastern(world: World) -> Caller:
    """Where it is day in both."""
    return world.caller("+12125550188")


@pytest.fixture
def kept_the_day_after(world: World, eastern: Caller, sunrise: Center) -> PlacedCall:
    """Promised ten minutes before midnight, and kept in the afternoon."""
    world.is_now(LATE)
    call = eastern.presses("", "1").dials(NATIONAL)
    assert call.outcome == "promised"
    world.is_now(NEXT_AFTERNOON)
    sunrise.accepts()
    eastern.takes_the_return_call()
    world.rings_owners()
    assert call.returns[-1] == ("sunrise-la", "kept")
    return call


@pytest.mark.parametrize("order", [(DAY, NEXT), (NEXT, DAY), (NEXT,), (DAY,)])
def test_a_promise_that_was_kept_on_another_day_is_confirmed(
    world: World, kept_the_day_after: PlacedCall, order: tuple[date, ...]
) -> None:
    for day in order:
        assert world.compares(day) == []
    assert states(world) == [("charge", "confirmed")]


def test_a_promise_that_is_kept_after_its_day_was_compared_is_confirmed_with_the_next(
    world: World, eastern: Caller, sunrise: Center
) -> None:
    world.is_now(LATE)
    assert eastern.presses("", "1").dials(NATIONAL).outcome == "promised"
    world.is_now(NEXT_AFTERNOON - timedelta(hours=5))
    assert world.compares(DAY) == []
    world.is_now(NEXT_AFTERNOON)
    sunrise.accepts()
    eastern.takes_the_return_call()
    world.rings_owners()
    world.settles()
    assert states(world) == [("charge", "unconfirmed")]
    assert world.compares(NEXT) == []
    assert states(world) == [("charge", "confirmed")]


def test_what_differs_about_a_return_call_is_listed_once_on_its_own_day(
    world: World, kept_the_day_after: PlacedCall
) -> None:
    [tried] = world.rows("return_call", outcome="kept")
    world.carrier.records.calls[tried["caller_sid"]].end("no-answer", world.clock.now(), None)
    assert found(world.compares(DAY)) == []
    assert found(world.compares(NEXT)) == [("no talk there", True)]
    [row] = world.rows("carrier_difference")
    assert (row["sid"], row["call"]) == (tried["caller_sid"], kept_the_day_after.sid)
    assert states(world) == [("charge", "credited"), ("credit", "unconfirmed")]


def test_a_promise_whose_own_call_the_books_do_not_have_is_not_confirmed(
    world: World, kept_the_day_after: PlacedCall
) -> None:
    del world.carrier.records.calls[kept_the_day_after.sid]
    assert world.compares(NEXT) == []
    assert found(world.compares(DAY)) == [("missing there", False)]
    assert states(world) == [("charge", "unconfirmed")]


def test_yesterday_is_compared_in_any_case(world: World) -> None:
    assert due(world, DAY) == [DAY - timedelta(days=1)]


def test_a_day_that_was_never_finished_is_taken_up_and_the_oldest_first(
    world: World, answered: PlacedCall
) -> None:
    today = DAY + timedelta(days=3)
    assert due(world, today) == [DAY + timedelta(days=passed) for passed in range(3)]
    world.passes(days=3)
    world.compares(DAY + timedelta(days=1))
    assert due(world, today) == [DAY, DAY + timedelta(days=2)]


def test_days_that_are_long_ago_are_left(world: World, answered: PlacedCall) -> None:
    today = DAY + timedelta(days=60)
    assert due(world, today) == [today - timedelta(days=passed) for passed in range(LOOKS_BACK_DAYS, 0, -1)]


def test_a_day_is_compared_once_a_day_and_again_while_prices_are_to_come(
    world: World, answered: PlacedCall
) -> None:
    world.carrier.rest.faults.unpriced = 3 * 24 * 3600
    world.passes(days=1)
    world.compares(DAY)
    assert due(world, NEXT) == []
    assert DAY in due(world, NEXT + timedelta(days=1))
    world.passes(days=3)
    world.compares(DAY)
    assert DAY not in due(world, NEXT + timedelta(days=9))


def test_a_call_that_went_on_there_is_looked_at_again(world: World, answered: PlacedCall) -> None:
    world.carrier.records.calls[answered.sid].status = "in-progress"
    world.passes(days=1)
    assert found(world.compares(DAY)) == [("not ended there", False)]
    assert DAY in due(world, NEXT + timedelta(days=1))


def test_a_day_that_was_compared_while_it_lasted_is_compared_again(world: World) -> None:
    """Nobody had called until then."""
    world.compares(DAY)
    assert due(world, NEXT) == [DAY]


def test_what_nobody_answered_waits_for_no_price(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    call = caller.leaves(20).dials(NATIONAL)
    sunrise.is_busy()
    harbor.rings_until_the_caller_leaves()
    assert call.story
    world.passes(days=1)
    world.compares(DAY)
    assert DAY not in due(world, NEXT + timedelta(days=1))
