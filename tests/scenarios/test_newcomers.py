"""A partner that joins during a call: the next attempt may ring it, and no rate was in force at the arrival."""

from callrouter.directory.directory import Seat
from simulator import CenterBehavior, RingOutcome
from tests.directories import a_directory, center, helpline
from tests.scenarios.people import Caller
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


def test_a_center_that_is_new_may_be_rung_by_the_next_attempt(world: World, caller: Caller) -> None:
    seats = (Seat("sunrise-la"), Seat("newcomer-1", tier=2))
    world.loads(a_directory(helpline("sunrise-la")))
    world.network.on("dialled", lambda: world.loads(a_directory(helpline(*seats, max_wait_seconds=300))))
    call = caller.dials(NATIONAL)
    world.expects(center("newcomer-1").phone, CenterBehavior(RingOutcome.A_PERSON))
    assert call.legs == [("sunrise-la", "no-answer"), ("newcomer-1", "accepted")]
    assert call.record["answered_by"] == "newcomer-1"
    assert call.is_free
