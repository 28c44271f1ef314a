"""Callbacks that come late, again, or before what they are the end of: the same is stored, and nothing twice."""

import pytest

from simulator import Faults
from tests.scenarios.carrier_table import ROWS, Row
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.final_state import State, final_state
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import ACCOUNT, World

LEFT = [row for row in ROWS if row.leaves or "caller" in row.name]


def but_for_order(state: State) -> State:
    """What the carrier was answered for nobody to hear, and when it was heard, may differ."""
    return {name: rows for name, rows in state.items() if name not in {"inbox", "disclosure"}}


@pytest.mark.parametrize("row", LEFT, ids=str)
@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE], ids=["helpline", "listing"])
def test_the_end_of_the_call_before_the_end_of_dialling(
    open_world: OpenWorld, row: Row, dialled: str
) -> None:
    in_order, the_other_way = open_world(), open_world()
    first = row.plays(in_order, dialled)
    the_other_way.network.holds("dialled")
    second = row.plays(the_other_way, dialled)
    assert second.outcome == "abandoned"
    the_other_way.settles()
    the_other_way.talks_end()
    assert (second.outcome, second.legs) == (first.outcome, first.legs)
    assert but_for_order(final_state(the_other_way)) == but_for_order(final_state(in_order))


def test_the_end_of_the_call_before_a_promise_was_asked_for(open_world: OpenWorld) -> None:
    in_order, the_other_way = open_world(), open_world()
    in_order.caller().presses("", "1").dials(NATIONAL)
    call = the_other_way.caller().presses("", "1").dials(NATIONAL)
    the_other_way.network.holds("offered")
    assert (call.outcome, call.promise) == ("abandoned", None)
    the_other_way.talks_end()
    assert call.outcome == "promised"
    assert final_state(the_other_way)["promise"] == final_state(in_order)["promise"]


def test_the_end_of_the_call_before_the_end_of_a_recording(world: World, caller: Caller) -> None:
    call = caller.presses("", "2").says(20, ended_by="hangup").dials(NATIONAL)
    world.network.holds("recorded")
    assert (call.outcome, call.message) == ("abandoned", None)
    world.talks_end()
    assert (call.outcome, (call.message or {})["seconds"]) == ("voicemail", 20)


def test_callbacks_that_come_days_late_come_to_the_same(open_world: OpenWorld) -> None:
    in_time, late = open_world(), open_world()
    for world in (in_time, late):
        call = world.caller().dials(NATIONAL, settled=world is in_time)
        world.network.holds(*(["leg", "status"] if world is late else []))
        world.center("sunrise-la").does_not_answer()
        world.center("harbor-sd").accepts()
        assert call.legs == [("sunrise-la", "no-answer"), ("harbor-sd", "accepted")]
        world.settles()
    late.passes(days=4)
    late.carrier.settle()
    late.network.releases()
    assert final_state(late) == final_state(in_time)


@pytest.mark.parametrize("keys", [(), ("2",), ("", "1"), ("", "2"), ("9",), ("5",)])
@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE, HARBOR_PAGE, "+13235550199"])
def test_an_exact_replay_days_later_gets_the_same_answers_and_adds_no_rows(
    database_url: str, dialled: str, keys: tuple[str, ...]
) -> None:
    world = World(database_url)
    world.caller().presses(*keys).dials(dialled)
    world.settles()
    requests, before = list(world.network.sent), world.counts()
    world.passes(days=9)
    world.starts_anew()
    assert [world.network.brings(request).reply for request in requests] == [
        request.reply for request in requests
    ]
    world.settles()
    assert world.counts() == before


def test_a_replay_in_the_reverse_order_adds_no_rows(world: World, caller: Caller, harbor: Center) -> None:
    call = caller.presses("2").dials(NATIONAL)
    harbor.accepts()
    assert call.was_answered_by(harbor)
    before = final_state(world)
    for request in reversed(list(world.network.sent)):
        assert world.network.brings(request).reply == request.reply
    assert final_state(world) == before


def test_a_replay_in_the_middle_of_a_call_changes_nothing(open_world: OpenWorld) -> None:
    once, again = open_world(), open_world()

    def everything_again() -> None:
        for request in list(again.network.sent):
            assert again.network.brings(request).reply == request.reply

    again.network.on("dialled/3", everything_again)
    for world in (once, again):
        call = world.caller().dials(NATIONAL)
        world.center("harbor-sd").has_its_voicemail_pick_up()
        world.center("meadow-bos").accepts()
        assert len(call.legs) == 2
    assert final_state(again) == final_state(once)


def test_callbacks_that_are_lost_change_no_outcome(open_world: OpenWorld) -> None:
    told, untold = open_world(), open_world()
    calls = [told.caller().dials(NATIONAL), untold.caller().dials(NATIONAL, Faults(drop=1.0))]
    for world, call in zip((told, untold), calls, strict=True):
        world.center("sunrise-la").does_not_answer()
        world.center("harbor-sd").accepts()
        assert call.charges == [("harbor", "helpline", "35.00 USD")]
    first, second = (call.record | dict.fromkeys(("arrived_at", "ended_at")) for call in calls)
    assert first == second


def test_an_end_for_a_call_that_never_came_is_kept_and_harms_nothing(world: World) -> None:
    fields = [("AccountSid", "AC" + "5" * 32), ("CallSid", "CA" + "7" * 32), ("CallStatus", "completed")]
    assert world.sends("/twilio/status", fields).status == 204
    assert [row["key"] for row in world.rows("inbox")] == ["status completed"]
    assert world.rows("call") == []


@pytest.mark.parametrize(
    "path", ["menu/1", "dialled/3", "chosen/2", "offered/9", "recorded/4", "whisper/1", "taken/1"]
)
def test_a_request_for_a_call_that_never_came_gets_a_spoken_ending(world: World, path: str) -> None:
    fields = [("AccountSid", "AC" + "5" * 32), ("CallSid", "CA" + "7" * 32), ("CallStatus", "in-progress")]
    first, again = (world.sends(f"/twilio/{path}", fields) for _ in range(2))
    assert (first.status, b"<Hangup />" in first.body) == (200, True)
    assert first == again


def test_a_later_status_of_a_leg_is_not_undone_by_an_earlier_one(world: World, caller: Caller) -> None:
    call = caller.dials(NATIONAL)
    world.network.holds("leg")
    assert call.legs[0] == ("sunrise-la", "no-answer")
    world.network._waiting.reverse()
    world.talks_end()
    assert {leg["progress"] for leg in call.stored_legs} == {"no-answer"}


@pytest.mark.parametrize("what", ["arranged", "entered"])
def test_a_late_change_of_a_promise_that_nobody_made_changes_nothing(
    world: World, caller: Caller, what: str
) -> None:
    call = caller.presses("", "9").dials(NATIONAL)
    before = call.outcome
    assert before != "promised"
    [stored] = world.rows("call", sid=call.sid)
    fields = [
        ("AccountSid", ACCOUNT.sid),
        ("CallSid", call.sid),
        ("To", NATIONAL),
        ("CallStatus", "completed"),
        ("Digits", "3105550188"),
    ]
    assert world.sends(f"/twilio/{what}/{stored['turn']}", fields).status == 200
    assert (call.outcome, call.promise) == (before, None)
