"""What staff do about a promise: give it to another center, or close it; never while its caller is being called."""

from datetime import UTC, datetime
from functools import partial

import pytest

from callrouter.errors import Fault, NotKnown
from callrouter.promises.close import STAFF_STATES, close_by_staff
from callrouter.promises.deadlines import DUE_WITHIN
from callrouter.promises.reassign import assign
from tests.directories import partner
from tests.promises.attempts import alerts, begins, ends, is_attempted
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.world import World


def gives(world: World, call: PlacedCall, to: str) -> None:
    deed = partial(
        assign, dependencies=world.dialer.dependencies, call=call.sid, center=to, now=world.clock.now()
    )
    world.database.transact(deed)


def closes(world: World, call: PlacedCall, state: str = "kept") -> None:
    deed = partial(close_by_staff, call=call.sid, state=state, reason="they met", now=world.clock.now())
    world.database.transact(deed)


def test_whoever_it_is_given_to_owes_it_anew_and_is_rung_at_once(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "no-answer")
    gives(world, promised, "meadow-bos")
    promise, now = promised.promised, world.clock.now()
    assert (promise["owner"], promise["rings"], promise["misses"]) == ("meadow-bos", 0, 0)
    assert (promise["owned_since"], promise["due_at"]) == (now, now + DUE_WITHIN)
    return_call = begins(world, promised)
    assert return_call
    assert return_call.center == "meadow-bos"


def test_given_at_night_it_is_due_in_the_morning(world: World, promised: PlacedCall) -> None:
    world.is_now(datetime(2026, 3, 5, 6, tzinfo=UTC))
    gives(world, promised, "harbor-sd")
    assert promised.promised["due_at"] == datetime(2026, 3, 5, 18, tzinfo=UTC)
    assert begins(world, promised) is None


def test_a_promise_that_nobody_owed_has_an_owner_again(world: World, promised: PlacedCall) -> None:
    world.edits(*(partner(key, status="suspended") for key in ("sunrise", "harbor", "meadow")))
    assert begins(world, promised) is None
    world.edits(partner("harbor"))
    gives(world, promised, "harbor-sd")
    assert begins(world, promised)


def test_missed_again_by_its_new_owner_a_person_is_told_again(world: World, promised: PlacedCall) -> None:
    world.passes(hours=3)
    world.sweeps()
    gives(world, promised, "meadow-bos")
    world.passes(hours=3)
    world.sweeps()
    assert alerts(world, promised) == ["promise-overdue"] * 2


def test_a_listings_promise_can_be_given_to_its_center_and_to_nobody_else(
    world: World, by_listing: PlacedCall
) -> None:
    before = by_listing.promised
    with pytest.raises(
        Fault, match="the caller rang the listing of sunrise-la, and nobody else may call back"
    ):
        gives(world, by_listing, "harbor-sd")
    assert by_listing.promised == before
    gives(world, by_listing, "sunrise-la")
    assert by_listing.promised["owner"] == "sunrise-la"


@pytest.mark.parametrize("status", ["suspended", "pending", "ended"])
def test_a_center_that_no_call_may_go_to_is_given_nothing(
    world: World, promised: PlacedCall, status: str
) -> None:
    world.edits(partner("harbor", status=status))
    before = promised.promised
    with pytest.raises(Fault, match="harbor-sd may not be rung"):
        gives(world, promised, "harbor-sd")
    assert promised.promised == before


@pytest.mark.parametrize("state", STAFF_STATES)
def test_closed_it_has_ended_as_they_said_and_is_tried_no_more(
    world: World, promised: PlacedCall, state: str
) -> None:
    closes(world, promised, state)
    promise = promised.promised
    assert (promise["state"], promise["end_reason"]) == (state, "by staff: they met")
    assert (promise["ended_at"], promise["next_attempt_at"]) == (world.clock.now(), None)
    assert begins(world, promised) is None
    assert promised.is_free


def test_what_has_ended_is_neither_given_nor_closed(world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "declined")
    before = promised.promised
    for deed in (partial(gives, to="harbor-sd"), closes):
        with pytest.raises(Fault, match="has ended: declined, the caller pressed 2"):
            deed(world, promised)
    assert promised.promised == before


def test_while_its_caller_is_being_called_it_is_left_alone(world: World, promised: PlacedCall) -> None:
    assert begins(world, promised)
    for deed in (partial(gives, to="harbor-sd"), closes):
        with pytest.raises(Fault, match="is being called back in this moment"):
            deed(world, promised)
    ends(world, promised, 1, "later")
    closes(world, promised)


def test_a_call_without_a_promise_is_told(world: World, caller: Caller) -> None:
    call = caller.dials(SUNRISE_PAGE)
    assert call.promise is None
    for deed in (partial(gives, to="harbor-sd"), closes):
        with pytest.raises(NotKnown, match="nobody was promised a return call"):
            deed(world, call)
