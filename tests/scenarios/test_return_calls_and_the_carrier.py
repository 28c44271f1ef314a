"""Return calls when the carrier's REST API is slow, refuses, is down, or its answer is lost; and when we are killed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.promises.return_calls.claim import claim
from callrouter.promises.return_calls.dialer import ring_next
from callrouter.promises.return_calls.lookup import look_up_unclear
from simulator import InProcessTransport
from simulator.rest.api_faults import ApiFaults
from tests.directories import a_directory, helpline, number_of
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import ACCOUNT, World

BOOKS = 90


@pytest.fixture
def promised(caller: Caller) -> PlacedCall:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.fixture
def knobs(world: World) -> ApiFaults:
    return world.carrier.rest.faults


def dialled(world: World) -> int:
    """How many calls the carrier has placed for us."""
    return sum(call.direction == "outbound-api" for call in world.carrier.records.calls.values())


def test_an_answer_that_was_lost_is_found_by_the_webhooks(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center, knobs: ApiFaults
) -> None:
    knobs.lost = 1
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert promised.promised["state"] == "kept"
    assert dialled(world) == 1


def test_a_call_that_nobody_tells_of_is_found_in_the_carriers_records(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    """The answer was lost, and the call is still queued there."""
    knobs.lost = 1
    ring_next(world.dialer)
    assert world.rows("return_call")[0]["sid"] is None
    world.passes(seconds=16)
    assert look_up_unclear(world.dialer) == 1
    [tried] = world.rows("return_call")
    assert (tried["sid"] is not None, tried["outcome"], dialled(world)) == (True, None, 1)


def test_killed_between_storing_and_dialling_nothing_is_dialled_twice_and_it_is_tried_again(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    world.settles()
    now, desk = world.clock.now(), world.dialer.dependencies
    world.database.transact(partial(claim, dependencies=desk, call=promised.sid, now=now))
    assert world.rings_owners() == []
    world.passes(seconds=16)
    look_up_unclear(world.dialer)
    assert promised.returns == [("sunrise-la", None)]
    world.passes(minutes=6)
    look_up_unclear(world.dialer)
    assert promised.returns == [("sunrise-la", "not-placed")]
    world.passes(minutes=1)
    sunrise.accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    assert (promised.promised["state"], dialled(world)) == ("kept", 1)


def test_a_promise_whose_call_was_not_placed_is_tried_again_after_two_minutes(
    world: World, promised: PlacedCall
) -> None:
    """As soon as the carrier's records can be trusted to know."""
    world.settles()
    now, desk = world.clock.now(), world.dialer.dependencies
    world.database.transact(partial(claim, dependencies=desk, call=promised.sid, now=now))
    for _ in range(4):
        world.passes(seconds=31)
        look_up_unclear(world.dialer)
    assert promised.returns == [("sunrise-la", "not-placed")]


def test_killed_between_dialling_and_storing_the_same_call_is_found_and_not_placed_again(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    knobs.lost = 1
    ring_next(world.dialer)
    world.carrier.perform_queued()
    [tried] = world.rows("return_call")
    assert (tried["outcome"], dialled(world)) == ("no-answer", 1)


def test_a_carrier_that_cannot_be_asked_keeps_no_other_call_from_being_looked_up(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    other = world.caller("+13105550123").presses("", "1").dials(NATIONAL)
    assert other.promised["owner"] == "sunrise-la"
    world.settles()
    for call in (promised, other):
        now, desk = world.clock.now(), world.dialer.dependencies
        world.database.transact(partial(claim, dependencies=desk, call=call.sid, now=now))
        world.passes(seconds=16)
    knobs.down = True
    look_up_unclear(world.dialer)
    knobs.down = False
    look_up_unclear(world.dialer)
    asked = [row["looked_up_at"] for row in world.rows("return_call")]
    assert None not in asked


def test_a_call_that_the_books_never_tell_of_has_ended_after_its_longest_time(
    world: World, promised: PlacedCall, sunrise: Center
) -> None:
    world.settles()
    ring_next(world.dialer)
    world.carrier.records.calls.clear()
    world.passes(hours=4)
    look_up_unclear(world.dialer)
    assert promised.returns == [(sunrise.key, None)]
    world.passes(hours=1)
    look_up_unclear(world.dialer)
    assert promised.returns == [(sunrise.key, "screened-out")]
    assert promised.promised["state"] == "open"


def test_callbacks_that_never_come_are_made_good_by_the_books(
    world: World, promised: PlacedCall, sunrise: Center
) -> None:
    world.settles()
    world.network.holds("status", "return")
    world.rings_owners()
    world.network.holds_no_more()
    assert promised.returns == [(sunrise.key, None)]
    world.passes(minutes=6)
    look_up_unclear(world.dialer)
    assert promised.returns == [(sunrise.key, "no-answer")]


def test_too_many_requests_are_no_try_and_the_carrier_is_left_alone(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    knobs.calls_a_second = 0
    world.rings_owners(most=1)
    assert promised.returns == [("sunrise-la", "not-placed")]
    assert (promised.promised["state"], promised.promised["rings"]) == ("open", 0)
    assert ring_next(world.dialer) is False
    knobs.calls_a_second = None
    world.passes(minutes=2)
    world.rings_owners(most=1)
    assert [outcome for _, outcome in promised.returns] == ["not-placed", "no-answer"]


def test_a_carrier_that_takes_no_call_is_left_alone_twice_as_long_each_time(
    world: World, knobs: ApiFaults
) -> None:
    for last in range(4):
        world.caller(f"+1310555010{last}").presses("", "1").dials(NATIONAL)
    world.settles()
    knobs.calls_a_second = 0
    left_alone = []
    for _ in range(4):
        assert ring_next(world.dialer)
        [limit] = world.rows("carrier_rate_limit")
        left_alone.append((limit["next_call_at"] - world.clock.now()).total_seconds())
        world.is_now(limit["next_call_at"])
    assert left_alone == [2, 4, 8, 16]


def test_with_the_rest_side_down_incoming_calls_are_as_ever(
    world: World, promised: PlacedCall, sunrise: Center, knobs: ApiFaults
) -> None:
    knobs.down = True
    world.rings_owners(most=1)
    call = world.caller("+16175550123").dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert promised.promised["state"] == "open"


def test_the_carrier_is_asked_once_a_second_for_all_of_our_processes(world: World) -> None:
    for last in range(3):
        world.caller(f"+1310555010{last}").presses("", "1").dials(NATIONAL)
    world.settles()
    began = [ring_next(world.dialer) for _ in range(3)]
    assert began == [True, False, False]
    world.clock.advance(1)
    assert [ring_next(world.dialer) for _ in range(2)] == [True, False]


def test_helplines_take_turns(world: World) -> None:
    """One with many promises does not keep another from its one."""
    other = helpline("harbor-sd", key="regional", max_wait_seconds=300)
    world.loads(
        a_directory(
            *DIRECTORY.centers.values(),
            *DIRECTORY.partners.values(),
            *DIRECTORY.helplines.values(),
            other,
        )
    )
    for last in range(4):
        world.caller(f"+1310555010{last}").presses("", "1").dials(NATIONAL)
    world.passes(seconds=1)
    last_of_all = world.caller("+13105550199").presses("", "1").dials(number_of("helpline regional"))
    world.settles()
    world.passes(minutes=1)
    world.rings_owners(most=2)
    assert len(last_of_all.returns) == 1


def test_a_call_that_is_over_without_a_word_is_kept_only_with_the_callers_key(
    world: World, promised: PlacedCall, caller: Caller, sunrise: Center
) -> None:
    """The end of the dialing, and of the call, are lost."""
    world.settles()
    world.network.holds("bridged", "status")
    sunrise.accepts(seconds=120)
    caller.takes_the_return_call(seconds=120)
    world.rings_owners()
    world.network.holds_no_more()
    assert promised.returns == [(sunrise.key, None)]
    world.passes(minutes=6)
    look_up_unclear(world.dialer)
    assert promised.returns == [(sunrise.key, "kept")]
    assert promised.costs("sunrise", "35.00 USD")
    assert timedelta(seconds=100) < timedelta(seconds=world.rows("return_call")[0]["talk_seconds"])


def test_a_try_of_which_nobody_knows_whether_it_was_placed_holds_no_line(
    world: World, caller: Caller, sunrise: Center, knobs: ApiFaults
) -> None:
    """The REST side is down, and the center takes one call at a time."""
    world.edits(replace(world.directory.centers["sunrise-la"], max_concurrent=1))
    promised = caller.presses("", "1").dials(NATIONAL)
    assert promised.promised["owner"] == sunrise.key
    world.settles()
    knobs.errors = 1000
    ring_next(world.dialer)
    world.passes(hours=1)
    look_up_unclear(world.dialer)
    call = world.caller("+16175550123").dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_of_two_calls_that_may_be_the_one_none_counts_as_not_placed(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    other = world.caller("+13105550123").presses("", "1").dials(NATIONAL)
    assert other.promised["owner"] == "sunrise-la"
    world.settles()
    knobs.lost = 2
    assert ring_next(world.dialer)
    world.passes(seconds=5)
    assert ring_next(world.dialer)
    for _ in range(3):
        world.passes(seconds=330)
        look_up_unclear(world.dialer)
        ring_next(world.dialer)
    assert [row["outcome"] for row in world.rows("return_call")] == [None, None]
    assert dialled(world) == 2


def test_a_clock_that_is_ahead_of_the_carriers_hides_no_call(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    world.settles()
    office = world.dialer
    ahead = replace(office, clock=lambda: world.clock.now() + timedelta(seconds=5))
    knobs.lost = 1
    world.network.holds("status", "return")
    ring_next(ahead)
    world.carrier.perform_queued()
    world.network.forgets()
    world.passes(minutes=6)
    look_up_unclear(ahead)
    assert promised.returns == [("sunrise-la", "no-answer")]


def test_an_account_that_is_refused_is_no_centers_miss(world: World, promised: PlacedCall) -> None:
    world.settles()
    stranger = TwilioRest(ACCOUNT.sid, "another token", transport=InProcessTransport(world.carrier.rest))
    for _ in range(3):
        ring_next(replace(world.dialer, carrier=stranger))
        world.passes(minutes=10)
    assert {outcome for _, outcome in promised.returns} == {"not-placed"}
    assert (promised.promised["misses"], promised.promised["rings"]) == (0, 0)
    assert world.rows("carrier_rate_limit")[0]["failures"] > 0


def test_a_try_that_stays_unclear_hides_no_overdue_promise(
    world: World, promised: PlacedCall, knobs: ApiFaults
) -> None:
    world.settles()
    knobs.errors = 1000
    ring_next(world.dialer)
    world.passes(hours=3)
    look_up_unclear(world.dialer)
    world.sweeps()
    world.settles()
    assert "promise-overdue" in [alert["what"] for alert in world.rows("alert")]


def test_who_has_just_been_answered_is_not_called_back(
    world: World, promised: PlacedCall, caller: Caller, harbor: Center
) -> None:
    """The facts of that call still wait to be settled."""
    again = caller.dials(NATIONAL)
    harbor.accepts()
    assert again.was_answered_by(harbor)
    ring_next(world.dialer)
    assert promised.returns == []
