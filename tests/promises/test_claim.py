"""Beginning a try: what it waits for, and that there is one at a time, for a promise and for a caller."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from callrouter.database import DuplicateKey
from callrouter.promises.model import ReturnCall
from callrouter.promises.return_calls.claim import claim, next_due
from callrouter.promises.return_calls.dialer import (
    BETWEEN_CALLS,
    LONGEST_BACKOFF,
    back_off,
    reset_backoff,
    take_turn,
)
from tests.directories import center, helpline, partner
from tests.promises.attempts import begins, ends, is_attempted
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World
from tests.servers.databases import Databases

THREADS = 6


def next_in(world: World, call: PlacedCall) -> tuple[timedelta, str]:
    """How long it waits, and for what."""
    promise = call.promised
    return promise["next_attempt_at"] - world.clock.now(), promise["wait_reason"]


def due_now(world: World) -> str | None:
    now = world.clock.now()
    return world.database.transact(lambda session: next_due(session, now))


def test_a_try_has_all_that_its_call_needs(world: World, promised: PlacedCall, sunrise: Center) -> None:
    return_call = begins(world, promised)
    assert return_call
    assert (return_call.number, return_call.center, return_call.partner, return_call.kind) == (
        1,
        "sunrise-la",
        "sunrise",
        "helpline",
    )
    assert (return_call.phone, return_call.shown, return_call.name) == (sunrise.phone, NATIONAL, sunrise.name)
    [row] = world.rows("return_call")
    assert all(row[name] == getattr(return_call, name) for name in row)


def test_while_it_is_tried_it_is_not_due(world: World, promised: PlacedCall) -> None:
    assert due_now(world) == promised.sid
    assert begins(world, promised)
    assert due_now(world) is None
    assert promised.promised["next_attempt_at"] is None


def test_it_cannot_be_begun_again(world: World, promised: PlacedCall) -> None:
    assert begins(world, promised)
    before = world.counts()
    assert begins(world, promised) is None
    assert world.counts() == before


def test_nor_before_its_time(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "later")
    world.passes(minutes=14, seconds=59)
    assert begins(world, promised) is None
    world.passes(seconds=1)
    assert begins(world, promised)


def test_nor_after_its_end(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "declined")
    world.passes(hours=1)
    assert (due_now(world), begins(world, promised)) == (None, None)


def test_a_call_without_a_promise_is_not_begun(world: World, caller: Caller) -> None:
    assert begins(world, caller.dials(SUNRISE_PAGE)) is None


def test_at_night_it_waits_for_the_morning(world: World, promised: PlacedCall) -> None:
    world.is_now(datetime(2026, 3, 5, 5, tzinfo=UTC))
    assert begins(world, promised) is None
    assert next_in(world, promised) == (timedelta(hours=11), "it is night where the caller is")


def test_a_closed_owner_is_waited_for(world: World, promised: PlacedCall) -> None:
    """It is 10 where it is."""
    world.edits(center("sunrise-la", hours="Mo-Su 13:00-22:00"))
    assert begins(world, promised) is None
    wait, why = next_in(world, promised)
    assert (timedelta(hours=2) < wait <= timedelta(hours=3), why) == (True, "its owner is closed")


def test_a_caller_who_is_on_the_line_is_not_called(
    world: World, promised: PlacedCall, caller: Caller, harbor: Center
) -> None:
    again = caller.dials(NATIONAL)
    harbor.accepts()
    world.goes_on(again)
    assert begins(world, promised) is None
    assert next_in(world, promised) == (timedelta(minutes=10), "the caller is on the line with us")
    world.talks_end()


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_caller_who_still_hears_a_code_is_not_called(world: World, caller: Caller, is_lost: bool) -> None:
    """The call has ended, and the carrier has not said that the line is free. Perhaps it never does."""
    world.network.holds("status")
    call = caller.presses("", "1", "", "4").dials(NATIONAL)
    assert call.promised
    world.network.holds_no_more()
    assert begins(world, call) is None
    assert next_in(world, call) == (timedelta(minutes=1), "the caller is on the line with us")
    if not is_lost:
        world.network.releases()
    world.passes(minutes=2 if is_lost else 1)
    assert begins(world, call)


def test_a_caller_who_is_on_the_line_from_the_other_number_is_not_called(
    world: World, harbor: Center
) -> None:
    call = world.caller().presses("", "1", "1", "4155550123").dials(NATIONAL)
    again = world.caller("+14155550123").dials(NATIONAL)
    harbor.accepts()
    world.goes_on(again)
    assert begins(world, call) is None
    assert call.promised["wait_reason"] == "the caller is on the line with us"
    world.talks_end()


def test_an_owner_without_a_line_is_waited_for(world: World, promised: PlacedCall, sunrise: Center) -> None:
    world.edits(center("sunrise-la", max_concurrent=1))
    other = world.caller("+16175550123").dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.goes_on(other)
    assert begins(world, promised) is None
    assert next_in(world, promised) == (timedelta(minutes=2), "all lines of its owner are busy")
    world.talks_end()


def test_a_try_has_a_line_until_it_ends(world: World, promised: PlacedCall) -> None:
    assert begins(world, promised)
    assert [row["calls_in_progress"] for row in world.rows("availability", center="sunrise-la")] == [1]
    ends(world, promised, 1, "no-answer")
    ends(world, promised, 1, "no-answer")
    assert [row["calls_in_progress"] for row in world.rows("availability", center="sunrise-la")] == [0]


def test_what_ended_once_does_not_end_otherwise(world: World, promised: PlacedCall) -> None:
    assert begins(world, promised)
    ends(world, promised, 1, "later")
    before = [world.rows("return_call"), promised.promised]
    world.clock.advance(60)
    ends(world, promised, 1, "no-answer")
    assert [world.rows("return_call"), promised.promised] == before


def test_a_listings_promise_waits_for_its_center_and_goes_to_nobody_else(
    world: World, by_listing: PlacedCall
) -> None:
    world.edits(partner("sunrise", status="suspended"))
    assert begins(world, by_listing) is None
    assert next_in(world, by_listing) == (timedelta(minutes=10), "its center may not be called now")
    assert by_listing.promised["owner"] == "sunrise-la"


def test_two_promises_of_one_caller_wait_for_each_other(
    world: World, promised: PlacedCall, caller: Caller
) -> None:
    other = caller.presses("2").dials(SUNRISE_PAGE)
    assert begins(world, promised)
    assert begins(world, other) is None
    assert next_in(world, other) == (
        timedelta(minutes=2),
        "the caller is being called back about another promise",
    )
    ends(world, promised, 1, "later")
    world.passes(minutes=2)
    assert begins(world, other)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (2, 4), (3, 8), (6, 64), (7, 120), (30, 120)])
def test_a_carrier_that_fails_is_left_alone_twice_as_long_each_time(
    world: World, failures: int, seconds: int
) -> None:
    now = world.clock.now()
    for _ in range(failures):
        world.database.transact(partial(back_off, now=now))
    [limit] = world.rows("carrier_rate_limit")
    assert (limit["failures"], limit["next_call_at"]) == (failures, now + timedelta(seconds=seconds))
    assert seconds <= LONGEST_BACKOFF.total_seconds()


def test_one_call_that_the_carrier_takes_and_it_is_asked_as_ever(world: World, promised: PlacedCall) -> None:
    world.database.transact(lambda session: back_off(session, world.clock.now()))
    assert begins(world, promised)
    assert [limit["failures"] for limit in world.rows("carrier_rate_limit")] == [1]
    world.database.transact(reset_backoff)
    assert [limit["failures"] for limit in world.rows("carrier_rate_limit")] == [0]


def test_the_helpline_that_was_served_longest_ago_is_next(
    world: World, promised: PlacedCall, by_listing: PlacedCall
) -> None:
    world.edits(helpline("harbor-sd", key="regional", max_wait_seconds=300))
    third = world.caller("+16175550123").presses("", "1").dials(NATIONAL)
    assert third.promise
    order = []
    for _ in range(3):
        order.append(due_now(world))
        call = next(call for call in (promised, by_listing, third) if call.sid == order[-1])
        assert begins(world, call)
        world.clock.advance(1)
    assert order == [promised.sid, by_listing.sid, third.sid]


@pytest.fixture
def crowd(databases: Databases) -> Iterator[World]:
    """A world on PostgreSQL that many processes work in at once."""
    with databases.fresh() as url:
        world = World(url, connections=THREADS)
        yield world
        world.closes()


def all_at_once(world: World, calls: list[str]) -> list[ReturnCall]:
    """Each in a thread of its own, as in a process of its own; the tries that were begun."""
    start, now = Barrier(len(calls)), world.clock.now()
    dependencies = [world.dialer.dependencies for _ in calls]

    def begun(place: int) -> ReturnCall | None:
        start.wait()
        try:
            return world.database.transact(
                partial(claim, dependencies=dependencies[place], call=calls[place], now=now)
            )
        except DuplicateKey:
            return None

    with ThreadPoolExecutor(len(calls)) as threads:
        return [return_call for return_call in threads.map(begun, range(len(calls))) if return_call]


@pytest.mark.parametrize("_again", range(3))
def test_begun_by_many_at_once_there_is_one_try(crowd: World, _again: int) -> None:
    call = crowd.caller().presses("", "1").dials(NATIONAL)
    assert len(all_at_once(crowd, [call.sid] * THREADS)) == 1
    assert len(crowd.rows("return_call")) == 1
    assert [row["calls_in_progress"] for row in crowd.rows("availability", center="sunrise-la")] == [1]


@pytest.mark.parametrize("_again", range(3))
def test_two_promises_of_one_caller_at_once_are_one_try(crowd: World, _again: int) -> None:
    caller = crowd.caller()
    calls = [caller.presses("2").dials(SUNRISE_PAGE).sid, caller.presses("", "1").dials(NATIONAL).sid]
    assert len(all_at_once(crowd, calls * 2)) == 1
    assert len(crowd.rows("return_call", outcome=None)) == 1


def test_two_callers_at_once_are_two_tries(crowd: World) -> None:
    numbers = ("+13105550188", "+13105550147")
    calls = [crowd.caller(number).presses("", "1").dials(NATIONAL).sid for number in numbers]
    assert sorted(return_call.call for return_call in all_at_once(crowd, calls)) == sorted(calls)


def test_many_at_once_take_one_place_in_the_carriers_pace(crowd: World) -> None:
    start, began = Barrier(THREADS), crowd.clock.now()

    def asked(second: int) -> bool:
        start.wait()
        now = began + BETWEEN_CALLS * second
        return crowd.database.transact(lambda session: take_turn(session, now))

    with ThreadPoolExecutor(THREADS) as threads:
        for second in range(5):
            assert sum(threads.map(asked, [second] * THREADS)) == 1
