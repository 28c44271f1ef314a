"""One call whole, as `callrouter show` tells it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from callrouter.errors import Fault, NotKnown
from callrouter.events.model import OutboxFact
from callrouter.events.settle import try_again
from callrouter.reports.calls.story import Story
from tests.directories import partner, rate
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

Told = Callable[[str], Story]


def test_the_turns_tell_what_came_and_what_was_heard(
    caller: Caller, sunrise: Center, harbor: Center, told: Told
) -> None:
    call = caller.presses("2").dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    story = told(call.sid)
    assert [turn["key"] for turn in story["turns"] if turn["key"].startswith("turn")] == [
        f"turn {number}" for number in range(5)
    ]
    first, second = story["turns"][:2]
    assert first["spoken"][0]["words"].startswith("Thank you for calling Addiction Helpline America")
    assert second["came"]["Digits"] == "2"
    assert second["spoken"][0]["language"] == "es-MX"


def test_the_decisions_tell_who_was_skipped_and_why(
    caller: Caller, sunrise: Center, harbor: Center, told: Told
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    first, second = told(call.sid)["decisions"]
    assert (first["center"], first["skipped"], first["given_back"]) == ("sunrise-la", [], True)
    assert second["center"] == "harbor-sd"
    assert second["skipped"] == [{"center": "sunrise-la", "reason": "already tried on this call"}]


def test_what_was_skipped_is_what_the_decision_said_then(world: World, caller: Caller, told: Told) -> None:
    world.edits(partner("sunrise", status="suspended"), partner("harbor", status="pending"))
    call = caller.dials(NATIONAL)
    assert told(call.sid)["decisions"][0]["skipped"] == [
        {"center": "sunrise-la", "reason": "suspended"},
        {"center": "harbor-sd", "reason": "partner not verified"},
    ]


def test_a_charged_call_tells_its_entry(world: World, caller: Caller, sunrise: Center, told: Told) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.settles()
    story = told(call.sid)
    assert [(entry["partner"], entry["amount"]) for entry in story["entries"]] == [("sunrise", "35.00")]
    assert story["not_charged_because"] is None


def test_a_call_that_nobody_took_is_free(world: World, caller: Caller, told: Told) -> None:
    call = caller.dials(NATIONAL)
    world.settles()
    assert told(call.sid)["not_charged_because"] == "no center accepted it"


def test_a_short_call_is_free(world: World, caller: Caller, harbor: Center, told: Told) -> None:
    call = caller.dials(NATIONAL)
    world.center("sunrise-la").is_busy()
    harbor.accepts(seconds=29)
    world.settles()
    reason = told(call.sid)["not_charged_because"]
    assert reason == "29 seconds of talk are fewer than the rate's 30"


def test_a_repeated_call_is_free(world: World, caller: Caller, sunrise: Center, told: Told) -> None:
    caller.dials(NATIONAL)
    sunrise.accepts()
    world.passes(days=3)
    again = caller.dials(NATIONAL)
    sunrise.accepts()
    world.settles()
    reason = told(again.sid)["not_charged_because"]
    assert reason == "within 30 days of a charged call of the same caller to the same partner"


def test_a_call_without_a_rate_is_free(world: World, caller: Caller, sunrise: Center, told: Told) -> None:
    world.edits(partner("sunrise", rates=(rate("listing"),)))
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    world.settles()
    assert told(call.sid)["not_charged_because"] == "no rate was in force at its arrival"


def test_a_call_that_waits_to_be_worked_off_says_so(caller: Caller, sunrise: Center, told: Told) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert "callrouter drain" in str(told(call.sid)["not_charged_because"])


def test_a_call_whose_charging_was_set_aside_says_so(
    world: World, caller: Caller, sunrise: Center, told: Told
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    sid = call.sid
    with world.database.engine.begin() as connection:
        connection.execute(sa.update(OutboxFact).values(set_aside_at=world.clock.now()))
    assert "callrouter outbox list" in str(told(sid)["not_charged_because"])
    world.database.transact(try_again)


def test_a_call_that_goes_on_is_told_as_far_as_it_is(
    world: World, caller: Caller, sunrise: Center, told: Told
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    story = told(world.goes_on(call).sid)
    assert (story["status"], story["outcome"], story["ended_at"]) == ("ringing", None, None)
    assert (story["legs"][0]["outcome"], story["not_charged_because"]) == (None, "the call is not over")
    world.talks_end()


def test_a_promise_and_a_message_are_told(caller: Caller, sunrise: Center, told: Told) -> None:
    promised = caller.presses("2").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    promise = told(promised.sid)["promise"]
    assert promise
    assert (promise["owner"], promise["due_at"] - promise["made_at"]) == ("sunrise-la", timedelta(hours=2))
    left = caller.presses("", "2").says(12).dials(NATIONAL)
    message = told(left.sid)["message"]
    assert message
    assert message["seconds"] == 12


def test_a_call_is_found_by_enough_of_its_beginning(caller: Caller, told: Told) -> None:
    call, other = caller.presses("9").dials(NATIONAL), caller.presses("9").dials(NATIONAL)
    assert told(call.sid[:12])["sid"] == call.sid
    assert told(other.sid[:12])["sid"] == other.sid


def test_a_beginning_of_several_calls_is_refused(caller: Caller, told: Told) -> None:
    for _ in range(2):
        assert caller.presses("9").dials(NATIONAL).outcome == "crisis"
    with pytest.raises(Fault, match="several calls begin with CA:"):
        told("CA")


@pytest.mark.parametrize("written", ["", "CAx", "ca12", "CA" + "0" * 33, "RE" + "0" * 32, "CA12%"])
def test_what_is_no_callsid_is_refused(written: str, told: Told) -> None:
    with pytest.raises(Fault, match="is not a CallSid"):
        told(written)


def test_a_call_that_never_was_is_not_known(told: Told) -> None:
    with pytest.raises(NotKnown, match="there is no call CA12"):
        told("CA12")
