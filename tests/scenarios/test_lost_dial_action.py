"""The action of a `<Dial>` does not come: the leg's own callbacks decide, and then the carrier's records."""

from dataclasses import replace
from typing import Any

import pytest

from callrouter.carrier.signature import sign
from simulator import Faults
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SEATS, SUNRISE_PAGE
from tests.scenarios.test_reconcile import found, states
from tests.scenarios.world import ACCOUNT, START, World

DAY = START.date()
NOTHING_TOLD = Faults(drop=1.0)


@pytest.fixture
def talk(world: World, caller: Caller, sunrise: Center, harbor: Center) -> PlacedCall:
    """A center that does not screen has taken the call, and its caller hangs up; the action is on its way."""
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    harbor.accepts(62, hangs_up="caller")
    world.network.holds("dialled/3", "leg/2")
    world.catch_up()
    world.network.holds_no_more()
    assert (call.outcome, call.legs[-1]) == ("abandoned", ("harbor-sd", None))
    return call


def brings(world: World, *paths: str) -> None:
    """Of what is held back, these come, and the rest stays where it is."""
    waiting, world.network._waiting = world.network._waiting, []
    for request in waiting:
        if any(path in request.path for path in paths):
            world.network.brings(request)
        else:
            world.network._waiting.append(request)


def is_answered(call: PlacedCall, seconds: int = 62) -> bool:
    """By harbor, and charged once."""
    talked = (call.outcome, call.stored["answered_by"], call.stored_legs[-1]["talk_seconds"])
    return talked == ("answered", "harbor-sd", seconds) and call.costs("harbor", "35.00 USD")


def test_its_own_callbacks_tell_that_it_was_answered(world: World, talk: PlacedCall) -> None:
    brings(world, "leg/")
    world.passes(seconds=31)
    assert world.reaps() == [talk.sid]
    assert is_answered(talk)


def test_its_own_callbacks_come_when_nothing_was_heard_of_it_for_long(world: World, talk: PlacedCall) -> None:
    world.passes(minutes=3)
    world.reaps()
    assert (talk.outcome, talk.is_free) == ("abandoned", True)
    brings(world, "leg/")
    assert is_answered(talk)


def test_its_own_callbacks_come_after_the_fallback_was_asked(world: World, talk: PlacedCall) -> None:
    [action] = [request for request in world.network._waiting if "dialled" in request.path]
    assert world.asks_fallback(talk, action, "completed").endswith(b"<Response />")
    assert talk.outcome == "abandoned"
    brings(world, "leg/")
    assert is_answered(talk)


@pytest.mark.parametrize("first", ["status", "fallback"])
def test_the_fallback_and_the_end_of_the_call_come_in_either_order(
    world: World, caller: Caller, harbor: Center, sunrise: Center, first: str
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    harbor.accepts(62, hangs_up="caller")
    world.network.holds("dialled/3", "status")
    world.catch_up()
    world.network.holds_no_more()
    [action, _] = world.network._waiting
    if first == "status":
        brings(world, "status")
    world.asks_fallback(call, action, "completed")
    assert is_answered(call)
    if first == "fallback":
        brings(world, "status")
    world.talks_end()
    assert is_answered(call)


@pytest.mark.parametrize("reaped", [True, False])
def test_the_carriers_records_tell_it_at_the_latest(world: World, talk: PlacedCall, *, reaped: bool) -> None:
    world.network._waiting = []
    world.passes(minutes=3 * reaped)
    assert world.reaps() == [talk.sid] * reaped
    differences = found(world.compares(DAY))
    assert ("talk there", True) in differences
    assert all(corrected for _, corrected in differences)
    assert is_answered(talk)
    assert states(world) == [("charge", "confirmed")]
    before = world.counts()
    world.compares(DAY)
    assert world.counts() == before


@pytest.mark.parametrize("told", [(), ("leg/",), ("records",), ("leg/", "records")])
def test_the_action_comes_late_after_all_and_nothing_is_charged_twice(
    world: World, talk: PlacedCall, told: tuple[str, ...]
) -> None:
    brings(world, *told)
    world.passes(minutes=3)
    world.reaps()
    if "records" in told:
        world.compares(DAY)
    world.settles()
    world.talks_end()
    assert is_answered(talk)
    world.compares(DAY)
    assert is_answered(talk)
    assert talk.stored["reaped"] is False


def test_a_late_action_that_says_that_nobody_was_connected_takes_it_back(
    world: World, caller: Caller, sunrise: Center
) -> None:
    """Key 1, and the caller had left in that moment."""
    call = caller.dials(NATIONAL)
    sunrise.accepts(62, hangs_up="caller")
    world.goes_on(call)
    world.passes(hours=5)
    world.reaps()
    assert call.was_answered_by(sunrise)
    assert call.costs("sunrise", "35.00 USD")
    [action] = [request for request in world.network._waiting if "dialled" in request.path]
    fields: list[Any] = [(n, "false" if n == "DialBridged" else value) for n, value in action.fields]
    world.sends("/" + action.path, fields)
    assert (call.outcome, call.legs) == ("abandoned", [("sunrise-la", "abandoned")])
    assert call.stored["answered_by"] is None
    world.settles()
    assert states(world) == [("charge", "credited"), ("credit", "unconfirmed")]
    assert call.decisions[0]["given_back"] is True
    world.network.forgets()
    assert call.record["outcome"] == "abandoned"


def test_a_voicemail_of_a_center_that_screens_is_no_talk_by_the_books_either(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(SUNRISE_PAGE, NOTHING_TOLD)
    sunrise.has_its_voicemail_pick_up()
    world.goes_on(call)
    world.network.forgets()
    world.passes(hours=5)
    world.reaps()
    assert [what for what, corrected in found(world.compares(DAY)) if not corrected] == []
    assert (call.outcome, call.legs, call.is_free) == ("abandoned", [("sunrise-la", "abandoned")], True)


def test_no_seconds_in_the_books_are_no_talk(world: World, talk: PlacedCall) -> None:
    world.network._waiting = []
    world.passes(minutes=3)
    world.reaps()
    for booked in world.carrier.records.calls.values():
        booked.seconds = 0 if booked.parent else booked.seconds
    world.compares(DAY)
    assert (talk.outcome, talk.is_free) == ("abandoned", True)


def test_with_key_1_and_no_other_word_the_books_tell_how_long_they_talked(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL, NOTHING_TOLD)
    sunrise.accepts(62)
    world.goes_on(call)
    world.network.forgets()
    assert sorted(found(world.compares(DAY))) == [("not ended here", True), ("other length of talk", True)]
    assert call.was_answered_by(sunrise)
    assert call.stored_legs[0]["talk_seconds"] == 62
    assert states(world) == [("charge", "confirmed")]


@pytest.mark.parametrize("seconds", [30, 90])
def test_whoever_can_only_have_talked_is_connected_with_nobody_else(
    world: World, caller: Caller, sunrise: Center, harbor: Center, seconds: int
) -> None:
    """Nothing was told of the leg; its ringing, and a request that timed out, cannot have taken so long."""
    world.edits(replace(world.directory.helplines["national"], seats=SEATS[1:]))
    call = caller.dials(NATIONAL, Faults(drop=1.0, down=frozenset({3})))
    harbor.accepts(seconds)
    assert call.rang(harbor) == (seconds == 90)
    if seconds == 90:
        assert call.was_told("The call has ended. Goodbye.")
        world.passes(minutes=3)
        world.reaps()
        world.compares(DAY)
        assert is_answered(call, 90)


@pytest.mark.parametrize("first", ["dialled/3", "leg/2"])
def test_an_action_without_bridged_and_seconds_comes_before_or_after_the_end_of_the_leg(
    world: World, talk: PlacedCall, first: str
) -> None:
    silent = ("DialBridged", "DialCallDuration")
    for index, request in enumerate(world.network._waiting):
        if "dialled/3" in request.path:
            fields = [(name, value) for name, value in request.fields if name not in silent]
            headers = {"X-Twilio-Signature": sign(ACCOUNT.token, request.url, fields)}
            world.network._waiting[index] = replace(request, fields=fields, headers=headers)
    brings(world, first)
    brings(world, "dialled/3", "leg/2")
    assert is_answered(talk)
