"""The caller leaves, at every moment there is: nothing is billed, nobody else is rung, and the call ends."""

import pytest

from simulator import CallPhase
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

ANNOUNCEMENT, OFFER, PLEASE_SPEAK = 6, 9, 13
"""Which of the sentences it is that the caller of a helpline hears, when three centers are rung."""


@pytest.mark.parametrize("seconds", [0.0, 3.0, 20.0])
def test_in_the_greeting_no_decision_is_taken(caller: Caller, seconds: float) -> None:
    call = caller.leaves(seconds).dials(NATIONAL)
    assert (call.outcome, call.legs, call.decisions) == ("abandoned", [], [])
    assert call.is_free


def test_during_the_announcement_the_center_was_never_rung(world: World, caller: Caller) -> None:
    call = caller.leaves(1, CallPhase.SPEECH, ANNOUNCEMENT).dials(NATIONAL)
    assert (call.outcome, call.legs) == ("abandoned", [("sunrise-la", None)])
    assert call.story.legs == []


def test_a_leg_that_was_never_rung_is_closed_by_the_reaper(world: World, caller: Caller) -> None:
    call = caller.leaves(1, CallPhase.SPEECH, ANNOUNCEMENT).dials(NATIONAL)
    assert world.rows("availability")[0]["calls_in_progress"] == 1
    world.passes(minutes=3)
    assert world.reaps() == [call.sid]
    assert call.legs == [("sunrise-la", "abandoned")]
    assert world.rows("availability")[0]["calls_in_progress"] == 0


def test_while_it_rings_its_turn_is_used_once(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.rings_until_the_caller_leaves(8)
    assert (call.outcome, call.legs) == ("abandoned", [("sunrise-la", "abandoned")])
    [decision] = call.decisions
    assert (decision["given_back"], decision["undone_after"]) == (True, None)
    assert call.is_free


def test_during_the_screening(caller: Caller, sunrise: Center) -> None:
    call = caller.leaves(8, CallPhase.RINGING).dials(NATIONAL)
    sunrise.has_its_voicemail_pick_up()
    assert (call.outcome, call.legs) == ("abandoned", [("sunrise-la", "abandoned")])


def test_in_the_middle_of_the_talk_the_call_was_answered(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts(seconds=40, hangs_up="caller")
    assert call.was_answered_by(sunrise)
    assert call.costs("sunrise", "35.00 USD")


def test_while_choosing(caller: Caller, sunrise: Center) -> None:
    call = caller.leaves(5, CallPhase.SPEECH, occasion=3).dials(SUNRISE_PAGE)
    assert (call.outcome, call.legs) == ("abandoned", [("sunrise-la", "no-answer")])
    assert call.promise is None


def test_at_the_offer(caller: Caller) -> None:
    call = caller.leaves(1, CallPhase.SPEECH, OFFER).dials(NATIONAL)
    assert call.was_told("Nobody at Addiction Helpline America")
    assert (call.outcome, call.promise) == ("abandoned", None)


def test_before_the_tone(caller: Caller) -> None:
    call = caller.presses("", "2").leaves(1, CallPhase.SPEECH, PLEASE_SPEAK).dials(NATIONAL)
    assert call.was_told("Please leave your message after the tone.")
    assert (call.outcome, call.message) == ("abandoned", None)


def test_leaving_while_recording_keeps_what_was_said(caller: Caller) -> None:
    call = caller.presses("", "2").says(30).leaves(7, CallPhase.RECORDING).dials(NATIONAL)
    assert (call.outcome, (call.message or {})["seconds"]) == ("voicemail", 7)


@pytest.mark.parametrize("second", range(0, 200, 9))
def test_at_any_second_the_call_ends_with_an_outcome(database_url: str, second: int) -> None:
    world = World(database_url)
    call = world.caller().presses("", "2").leaves(second).dials(NATIONAL)
    world.center("harbor-sd").is_busy()
    assert call.outcome in {"abandoned", "voicemail"}
    assert call.is_free
