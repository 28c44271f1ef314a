"""Promises that are not kept in time: they move on, a person is told, and in the end they expire."""

from datetime import timedelta
from functools import partial

import pytest

from callrouter.promises.reassign import overdue_promises, reassign_overdue
from tests.promises.attempts import alerts, begins, ends, is_attempted, waits
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World


def found(world: World) -> list[str]:
    now = world.clock.now()
    return world.database.transact(lambda session: overdue_promises(session, now))


def moves(world: World, call: PlacedCall) -> None:
    deed = partial(
        reassign_overdue, dependencies=world.dialer.dependencies, call=call.sid, now=world.clock.now()
    )
    world.database.transact(deed)


def test_in_time_nothing_is_swept(world: World, promised: PlacedCall) -> None:
    world.is_now(promised.promised["due_at"] - timedelta(seconds=1))
    assert found(world) == []
    before = promised.promised
    moves(world, promised)
    assert promised.promised == before
    world.clock.advance(1)
    assert found(world) == [promised.sid]


def test_a_helplines_moves_on_and_its_new_owner_has_time(world: World, promised: PlacedCall) -> None:
    world.is_now(promised.promised["due_at"])
    moves(world, promised)
    assert (promised.promised["owner"], promised.promised["misses"]) == ("harbor-sd", 1)
    assert found(world) == []
    assert alerts(world, promised) == ["promise-overdue"]


def test_a_listings_stays_its_centers_and_a_person_is_told_once(world: World, by_listing: PlacedCall) -> None:
    world.is_now(by_listing.promised["due_at"])
    for _ in range(3):
        moves(world, by_listing)
        assert found(world) == []
    assert (by_listing.promised["owner"], by_listing.promised["state"]) == ("sunrise-la", "open")
    assert alerts(world, by_listing) == ["promise-overdue"]
    assert begins(world, by_listing)


def test_one_that_is_being_returned_is_left_to_that(world: World, promised: PlacedCall) -> None:
    """Begun just after the sweep has looked: it never has two owners. But a person is told by now."""
    world.is_now(promised.promised["due_at"])
    assert found(world) == [promised.sid]
    assert begins(world, promised)
    before = promised.promised
    moves(world, promised)
    assert {**promised.promised, "overdue_alert_at": None} == before
    assert promised.promised["overdue_alert_at"] == world.clock.now()
    assert found(world) == []
    ends(world, promised, 1, "later")
    moves(world, promised)
    assert promised.promised["owner"] == "harbor-sd"


@pytest.mark.parametrize("which", ["promised", "by_listing"])
def test_after_three_days_it_expires_and_a_person_has_been_told(
    world: World, which: str, request: pytest.FixtureRequest
) -> None:
    call: PlacedCall = request.getfixturevalue(which)
    world.is_now(call.promised["expires_at"])
    moves(world, call)
    assert (call.promised["state"], call.promised["end_reason"]) == ("expired", "nobody kept it in time")
    assert begins(world, call) is None
    assert found(world) == []
    assert alerts(world, call) == ["promise-overdue"]


def test_what_has_ended_is_not_swept(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "declined")
    world.passes(hours=80)
    before = promised.promised
    moves(world, promised)
    assert (found(world), promised.promised) == ([], before)


@pytest.mark.parametrize("which", ["promised", "by_listing"])
def test_if_no_center_ever_answers_a_person_is_told_in_time_to_do_something(
    world: World, which: str, request: pytest.FixtureRequest
) -> None:
    call: PlacedCall = request.getfixturevalue(which)
    while call.promised["state"] == "open":
        waits(world, call)
        if return_call := begins(world, call):
            ends(world, call, return_call.number, "no-answer")
        world.sweeps()
    promise = call.promised
    assert (promise["state"], promise["attempts"]) == ("expired", 0)
    assert promise["overdue_alert_at"] - promise["made_at"] < timedelta(hours=3)
    assert alerts(world, call) == ["promise-overdue"]
    assert call.is_free
