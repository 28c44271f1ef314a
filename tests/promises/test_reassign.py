"""A helpline's promise gets another owner: rather one that is open and has not had it; or a person is told."""

import pytest

from callrouter.directory.directory import Seat
from callrouter.promises.deadlines import AFTER_ATTEMPT, DUE_WITHIN
from callrouter.promises.reassign import ALL_OWNERS_MISSED, NO_OWNER
from tests.directories import center, helpline, partner
from tests.promises.attempts import alerts, begins, is_attempted
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Center
from tests.scenarios.places import SEATS
from tests.scenarios.world import World

CLOSED = "Mo-Su 22:00-23:00"


def owner_of(call: PlacedCall) -> tuple[str | None, int]:
    """Who owes it, and how many have missed it."""
    return call.promised["owner"], call.promised["misses"]


def is_missed(world: World, call: PlacedCall) -> None:
    """Its owner is rung in vain until that counts as missed."""
    for outcome in ("no-answer", "busy", "screened-out"):
        is_attempted(world, call, outcome)


def test_the_next_owner_has_the_usual_time_and_is_rung_at_once(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "handed-on")
    promise, now = promised.promised, world.clock.now()
    assert owner_of(promised) == ("harbor-sd", 0)
    assert (promise["owned_since"], promise["due_at"]) == (now, now + DUE_WITHIN)
    assert (promise["next_attempt_at"], promise["rings"]) == (now, 0)


def test_a_miss_is_counted_where_it_was_missed(world: World, promised: PlacedCall) -> None:
    is_missed(world, promised)
    assert owner_of(promised) == ("harbor-sd", 1)


def test_whoever_has_had_it_is_not_asked_before_all_others(world: World, promised: PlacedCall) -> None:
    is_missed(world, promised)
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == ("meadow-bos", 1)


def test_an_open_center_is_preferred(world: World, promised: PlacedCall) -> None:
    world.edits(center("harbor-sd", hours=CLOSED))
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == ("meadow-bos", 0)


def test_with_all_others_closed_it_is_one_of_them(world: World, promised: PlacedCall, harbor: Center) -> None:
    for key in ("harbor-sd", "meadow-bos"):
        world.edits(center(key, hours=CLOSED))
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == (harbor.key, 0)
    assert begins(world, promised) is None
    assert promised.promised["wait_reason"] == "its owner is closed"


def test_an_open_center_that_serves_other_states_does_not_hide_a_closed_one(
    world: World, promised: PlacedCall
) -> None:
    sunrise, harbor, _ = SEATS
    world.edits(helpline(sunrise, harbor, Seat("meadow-bos", tier=3, states=("MA",))))
    world.edits(center("harbor-sd", hours=CLOSED))
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == ("harbor-sd", 0)


def test_with_nobody_left_one_that_had_it_owes_it_again_after_a_pause_and_a_person_is_told(
    world: World, promised: PlacedCall
) -> None:
    for _ in range(2):
        is_missed(world, promised)
    assert alerts(world, promised) == []
    is_missed(world, promised)
    promise, now = promised.promised, world.clock.now()
    assert owner_of(promised) == ("sunrise-la", 3)
    assert (promise["next_attempt_at"], promise["wait_reason"]) == (now + AFTER_ATTEMPT, ALL_OWNERS_MISSED)
    assert promise["due_at"] == now + DUE_WITHIN
    assert alerts(world, promised) == ["promise-overdue"]


def test_a_center_that_is_alone_and_hands_it_on_is_not_rung_again_at_once(
    world: World, promised: PlacedCall
) -> None:
    world.edits(helpline("sunrise-la"))
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == ("sunrise-la", 0)
    assert begins(world, promised) is None
    world.clock.advance(AFTER_ATTEMPT.total_seconds())
    assert begins(world, promised)


@pytest.mark.parametrize("gone", ["suspended", "ended"])
def test_with_nobody_at_all_nobody_owes_it_and_a_person_is_told_once(
    world: World, promised: PlacedCall, gone: str
) -> None:
    world.edits(*(partner(key, status=gone) for key in ("sunrise", "harbor", "meadow")))
    for _ in range(3):
        world.passes(minutes=30)
        assert begins(world, promised) is None
    assert owner_of(promised)[0] is None
    assert promised.promised["wait_reason"] == NO_OWNER
    assert alerts(world, promised) == ["promise-overdue"]


def test_a_center_that_may_be_called_again_is_found(world: World, promised: PlacedCall) -> None:
    world.edits(*(partner(key, status="suspended") for key in ("sunrise", "harbor", "meadow")))
    assert begins(world, promised) is None
    world.edits(partner("meadow"))
    world.passes(minutes=31)
    assert begins(world, promised) is None
    assert owner_of(promised) == ("meadow-bos", 0)
    assert begins(world, promised)


def test_a_helpline_without_seats_leaves_it_to_people(world: World, promised: PlacedCall) -> None:
    world.edits(helpline("sunrise-la", key="national", seats=()))
    is_attempted(world, promised, "handed-on")
    assert owner_of(promised) == (None, 0)
    assert alerts(world, promised) == ["promise-overdue"]


def test_each_owner_is_a_decision_that_can_be_taken_again(world: World, promised: PlacedCall) -> None:
    """`World` ends by comparing every decision with what it was taken from."""
    is_attempted(world, promised, "handed-on")
    is_attempted(world, promised, "handed-on")
    assert [decision["center"] for decision in promised.decisions][-2:] == ["harbor-sd", "meadow-bos"]
    assert all(decision["given_back"] for decision in promised.decisions[-2:])
