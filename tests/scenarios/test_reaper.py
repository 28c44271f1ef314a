"""A call whose end never comes is ended after its longest possible time, and corrected by what comes late."""

from dataclasses import replace

import pytest

from callrouter.calls.reap import LONGEST_PROMPT, LONGEST_TALK
from callrouter.directory.directory import Seat
from simulator import CallPhase, Faults
from tests.directories import a_directory, helpline
from tests.scenarios.call import PlacedCall
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

NOTHING_TOLD = Faults(drop=1.0)


def test_a_call_that_may_still_be_talking_is_left_alone(
    world: World, caller: Caller, sunrise: Center
) -> None:
    talk = caller.dials(NATIONAL)
    sunrise.accepts()
    world.goes_on(talk)
    world.passes(hours=4, minutes=20)
    assert world.reaps() == []
    world.talks_end()
    assert talk.was_answered_by(sunrise)


def test_a_greeting_that_nobody_answers_ends_sooner_than_a_talk(world: World, caller: Caller) -> None:
    call = caller.leaves(3).dials(NATIONAL, NOTHING_TOLD)
    world.clock.advance(0 if call.outcome else LONGEST_PROMPT.total_seconds() - 10)
    assert world.reaps() == []
    world.passes(seconds=20)
    assert world.reaps() == [call.sid]
    assert call.outcome == "abandoned"
    assert call.record["outcome"] == "abandoned"


def never_ends(world: World, caller: Caller, sunrise: Center, seconds: float = 90) -> PlacedCall:
    """Key 1 was pressed, and nothing of what came then is ever told."""
    call = caller.dials(NATIONAL)
    sunrise.accepts(seconds)
    world.goes_on(call)
    world.passes(seconds=LONGEST_TALK.total_seconds() + 60)
    assert world.reaps() == [call.sid]
    return call


def test_with_key_1_pressed_it_is_supposed_that_somebody_talked(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = never_ends(world, caller, sunrise)
    assert call.was_answered_by(sunrise)
    assert call.legs == [("sunrise-la", "accepted")]


def test_without_a_word_about_its_length_nothing_is_charged(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL, NOTHING_TOLD)
    sunrise.accepts()
    world.goes_on(call)
    world.passes(hours=5)
    world.reaps()
    assert call.was_answered_by(sunrise)
    assert call.is_free


def test_the_real_end_corrects_the_length_and_charges_it(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL, NOTHING_TOLD)
    sunrise.accepts(seconds=600)
    world.goes_on(call)
    world.passes(hours=5)
    world.reaps()
    assert call.is_free
    world.passes(days=2)
    world.talks_end()
    assert call.record["talk_seconds"] in {599, 600}
    assert call.costs("sunrise", "35.00 USD")


def does_not_end(world: World, caller: Caller, faults: Faults | None = None) -> PlacedCall:
    """A center that does not screen takes the call, and nothing of its end is told but by the leg itself."""
    call = caller.dials(NATIONAL, faults)
    world.center("sunrise-la").is_busy()
    world.center("harbor-sd").accepts()
    world.network.holds("dialled/3", "status")
    assert call.legs[-1] == ("harbor-sd", None)
    world.network.holds_no_more()
    world.passes(hours=5)
    world.reaps()
    return call


def test_without_key_1_nobody_is_supposed_to_have_talked(world: World, caller: Caller) -> None:
    call = does_not_end(world, caller, NOTHING_TOLD)
    assert (call.outcome, call.legs[-1]) == ("abandoned", ("harbor-sd", "abandoned"))
    assert call.is_free


def test_without_screening_the_leg_itself_tells_that_somebody_talked(world: World, caller: Caller) -> None:
    call = does_not_end(world, caller)
    assert call.was_answered_by(world.center("harbor-sd"))
    assert call.costs("harbor", "35.00 USD")


def test_the_late_end_of_a_talk_corrects_what_was_supposed(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    harbor.accepts()
    world.network.holds("dialled/3", "status")
    assert call.legs[-1] == ("harbor-sd", None)
    world.passes(days=1)
    world.reaps()
    world.settles()
    world.talks_end()
    assert call.was_answered_by(harbor)
    assert call.costs("harbor", "35.00 USD")
    assert call.record["answered_by"] == "harbor-sd"


def test_a_late_no_answer_corrects_it_too(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    world.goes_on(call)
    world.passes(days=1)
    world.reaps()
    world.talks_end()
    assert call.legs == [("sunrise-la", "no-answer")]
    assert (call.outcome, call.is_free) == ("abandoned", True)


def test_a_late_busy_undoes_its_decision_exactly(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    world.goes_on(call)
    world.passes(days=1)
    world.reaps()
    world.talks_end()
    assert call.legs == [("sunrise-la", "busy")]
    assert call.decisions[0]["undone_after"] is not None


def test_an_accepted_call_that_comes_late_counts_for_its_cap(world: World, caller: Caller) -> None:
    seats = (Seat("harbor-sd", daily_cap=1), Seat("meadow-bos", tier=2))
    world.loads(replace(a_directory(helpline(*seats)), listings={}))
    call = caller.dials(NATIONAL)
    world.center("harbor-sd").accepts()
    world.goes_on(call)
    world.passes(hours=5)
    world.reaps()
    world.talks_end()
    assert call.was_answered_by(world.center("harbor-sd"))
    assert call.decisions[0]["given_back"] is False
    other = caller.dials(NATIONAL)
    world.center("meadow-bos").accepts()
    assert other.legs == [("meadow-bos", "accepted")]


def test_reaping_twice_is_reaping_once(world: World, caller: Caller, sunrise: Center) -> None:
    never_ends(world, caller, sunrise)
    world.settles()
    before = world.counts()
    assert world.reaps() == []
    assert world.counts() == before


def test_the_line_of_a_call_that_never_ended_is_freed(world: World, caller: Caller, sunrise: Center) -> None:
    world.edits(replace(DIRECTORY.centers["sunrise-la"], max_concurrent=1))
    never_ends(world, caller, sunrise)
    call = world.caller("+13105550111").dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_a_leg_without_a_result_is_closed_soon_after_its_call_ended(
    world: World, caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.rings_until_the_caller_leaves()
    world.network.holds("dialled")
    assert call.legs == [("sunrise-la", None)]
    world.passes(minutes=3)
    assert world.reaps() == [call.sid]
    assert call.legs == [("sunrise-la", "abandoned")]
    world.talks_end()
    assert call.legs == [("sunrise-la", "abandoned")]


@pytest.mark.parametrize("keys", [("", "1"), ("", "2"), ("9",)])
def test_a_call_that_ended_well_is_not_touched(world: World, caller: Caller, keys: tuple[str, ...]) -> None:
    call = caller.presses(*keys).dials(NATIONAL, NOTHING_TOLD)
    outcome = call.outcome
    world.passes(days=1)
    assert world.reaps() == []
    assert call.outcome == outcome


def test_a_key_pressed_in_time_and_told_late_still_counts(world: World, caller: Caller) -> None:
    """The caller asked for a return call, and the request came when the call had been reaped."""
    call = caller.presses("", "1").dials(NATIONAL)
    world.network.holds("offered", "status")
    assert call.outcome is None
    world.passes(hours=5)
    world.reaps()
    world.talks_end()
    assert (call.outcome, (call.promise or {})["state"]) == ("promised", "open")


def test_leaving_during_an_announcement_keeps_the_line_for_minutes_only(world: World, caller: Caller) -> None:
    call = caller.leaves(1, CallPhase.SPEECH).dials(SUNRISE_PAGE)
    world.passes(minutes=3)
    assert world.reaps() == [call.sid]
