"""From the arrival of a call until its last attempt has ended, no more than the helpline's `max_wait_seconds` pass.

All is counted: the greeting, the sentences, the ringing, the screening; from what is stored, and not by a clock.
"""

from dataclasses import replace

import pytest

from callrouter.directory.directory import Directory, Seat
from simulator import SimulatedCall
from simulator.events import LegEnded
from tests.directories import a_directory, center, helpline
from tests.scenarios.call import PlacedCall
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.final_state import final_state
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

KEYS = ("a-1", "b-1", "c-1", "d-1")
GREETING = 30
"""65 words at 2.5 a second, and 4 seconds for a key"""
AGAIN = 31
"""the same in Spanish, without an offer of another language: 66 words"""
NAMED = 4
"""the 8 words of "Connecting you to A 1, a paid advertiser." """


def patient_for(seconds: int, screening: str = "none") -> Directory:
    """Four centers that ring 20 seconds, so an attempt takes 25, and 35 with screening."""
    centers = [center(key, screening=screening) for key in KEYS]
    seats = [Seat(key, tier=place) for place, key in enumerate(KEYS, 1)]
    return a_directory(*centers, helpline(*seats, max_wait_seconds=seconds))


def waited(story: SimulatedCall) -> float:
    """Seconds from the arrival until the last attempt had ended, by the carrier's clock."""
    return max(at for at, happening in story.happened() if isinstance(happening, LegEnded))


def unanswered(attempts: int) -> int:
    return GREETING + attempts * (NAMED + 25)


@pytest.mark.parametrize(
    ("seconds", "attempts"),
    [
        (25, 1),
        (unanswered(2) - 1, 1),
        (unanswered(2), 2),
        (unanswered(3) - 1, 2),
        (unanswered(3), 3),
        (unanswered(4), 4),
    ],
)
def test_as_many_are_rung_as_fit_for_certain(database_url: str, seconds: int, attempts: int) -> None:
    call = World(database_url, patient_for(seconds)).caller().dials(NATIONAL)
    assert len(call.legs) == attempts
    assert call.was_told("Nobody at Addiction Helpline America can take your call right now.")


@pytest.mark.parametrize("screening", ["none", "press-1"])
@pytest.mark.parametrize("seconds", range(70, 181, 10))
def test_nobody_waits_longer_than_was_promised(database_url: str, seconds: int, screening: str) -> None:
    world = World(database_url, patient_for(seconds, screening))
    call = world.caller().dials(NATIONAL)
    for key in KEYS:
        world.center(key).has_its_voicemail_pick_up() if screening == "press-1" else None
    assert waited(call.story) <= seconds


@pytest.mark.parametrize("seconds", [100, 120, 150, 180])
def test_the_greeting_in_another_language_counts_as_well(database_url: str, seconds: int) -> None:
    call = World(database_url, patient_for(seconds)).caller().presses("2").dials(NATIONAL)
    assert GREETING + AGAIN + 20 < waited(call.story) <= seconds


def test_the_first_attempt_is_made_however_long_the_greeting(database_url: str) -> None:
    call = World(database_url, patient_for(35, screening="press-1")).caller().presses("2").dials(NATIONAL)
    assert call.legs == [("a-1", "no-answer")]


def test_an_attempt_that_might_be_screened_needs_the_time_for_it(database_url: str) -> None:
    call = World(database_url, patient_for(unanswered(2) + 9, screening="press-1")).caller().dials(NATIONAL)
    assert len(call.legs) == 1


def test_a_screened_out_leg_has_used_its_screening_too(database_url: str) -> None:
    world = World(database_url, patient_for(unanswered(3) + 29, screening="press-1"))
    call = world.caller().dials(NATIONAL)
    world.center("a-1").has_its_voicemail_pick_up()
    world.center("b-1").has_its_voicemail_pick_up()
    assert len(call.legs) == 2


def test_busy_centers_use_little_time(database_url: str) -> None:
    world = World(database_url, patient_for(GREETING + 3 * NAMED + 3 + 3 + 25))
    call = world.caller().dials(NATIONAL)
    world.center("a-1").is_busy()
    world.center("b-1").cannot_be_reached()
    assert call.legs == [("a-1", "busy"), ("b-1", "failed"), ("c-1", "no-answer")]


def test_why_there_was_no_time_is_stored(database_url: str) -> None:
    call = World(database_url, patient_for(unanswered(1))).caller().dials(NATIONAL)
    last = call.decisions[-1]
    assert last["center"] is None
    assert '["b-1","no time left to ring it"]' in last["passed_over"].replace(", ", ",")


def test_a_quick_center_is_rung_where_a_slow_one_would_not_fit(database_url: str) -> None:
    directory = patient_for(unanswered(2) - 10)
    quick = replace(directory.centers["c-1"], ring_seconds=10)
    call = World(database_url, replace(directory, centers={**directory.centers, "c-1": quick})).caller()
    assert [center for center, _ in call.dials(NATIONAL).legs] == ["a-1", "c-1"]


def test_a_long_name_takes_its_time(database_url: str) -> None:
    directory = patient_for(unanswered(2))
    long = replace(directory.centers["b-1"], name="The Second House of the Four by the River")
    call = World(database_url, replace(directory, centers={**directory.centers, "b-1": long})).caller()
    assert [center for center, _ in call.dials(NATIONAL).legs] == ["a-1", "c-1"]


def test_a_clock_that_jumps_changes_no_decision(open_world: OpenWorld) -> None:
    directory = patient_for(unanswered(3))
    steady, jumping = open_world(directory=directory), open_world(directory=directory)
    jumping.network.on("dialled/2", lambda: jumping.clock.advance(3600))
    calls = [world.caller().dials(NATIONAL) for world in (steady, jumping)]
    assert calls[0].legs == calls[1].legs
    assert final_state(steady)["decision"] == final_state(jumping)["decision"]


def listings_caller(world: World, seconds: int) -> PlacedCall:
    """Rings the center of a listing in vain, and presses for the helpline then."""
    world.edits(replace(world.directory.helplines["national"], max_wait_seconds=seconds))
    return world.caller().presses("3").dials(world.directory.listings["sunrise-la-page"].numbers[0])


def test_the_wait_for_the_helpline_begins_with_the_consent(world: World, harbor: Center) -> None:
    call = listings_caller(world, 35)
    harbor.accepts()
    assert call.was_answered_by(harbor)


def test_what_was_heard_before_the_consent_does_not_count(world: World, harbor: Center) -> None:
    call = listings_caller(world, 2 * (NAMED + 25) + 10)
    assert [center for center, _ in call.legs] == ["sunrise-la", "harbor-sd", "meadow-bos"]
