"""A caller waits no longer than the helpline's `max_wait_seconds`: counted from the legs, and not by a clock."""

from dataclasses import replace

import pytest

from callrouter.directory.directory import Directory, Seat
from tests.directories import a_directory, center, helpline
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.final_state import final_state
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


def patient_for(seconds: int, screening: str = "none") -> Directory:
    """Four centers that ring 20 seconds, so an attempt takes 25, and 35 with screening."""
    keys = ("a-1", "b-1", "c-1", "d-1")
    centers = [center(key, screening=screening) for key in keys]
    return a_directory(
        *centers,
        helpline(*(Seat(key, tier=place + 1) for place, key in enumerate(keys)), max_wait_seconds=seconds),
    )


@pytest.mark.parametrize(("seconds", "attempts"), [(25, 1), (49, 1), (50, 2), (74, 2), (75, 3), (100, 4)])
def test_as_many_are_rung_as_fit_for_certain(sqlite_url: str, seconds: int, attempts: int) -> None:
    call = World(sqlite_url, patient_for(seconds)).caller().dials(NATIONAL)
    assert len(call.legs) == attempts
    assert call.was_told("Nobody at Addiction Helpline America can take your call right now.")


def test_an_attempt_that_might_be_screened_needs_the_time_for_it(sqlite_url: str) -> None:
    call = World(sqlite_url, patient_for(59, screening="press-1")).caller().dials(NATIONAL)
    assert len(call.legs) == 1


def test_a_screened_out_leg_has_used_its_screening_too(sqlite_url: str) -> None:
    world = World(sqlite_url, patient_for(95, screening="press-1"))
    call = world.caller().dials(NATIONAL)
    world.center("a-1").has_its_voicemail_pick_up()
    world.center("b-1").has_its_voicemail_pick_up()
    assert len(call.legs) == 2


def test_busy_centers_use_little_time(sqlite_url: str) -> None:
    world = World(sqlite_url, patient_for(31))
    call = world.caller().dials(NATIONAL)
    world.center("a-1").is_busy()
    world.center("b-1").cannot_be_reached()
    assert call.legs == [("a-1", "busy"), ("b-1", "failed"), ("c-1", "no-answer")]


def test_why_there_was_no_time_is_stored(sqlite_url: str) -> None:
    call = World(sqlite_url, patient_for(30)).caller().dials(NATIONAL)
    last = call.decisions[-1]
    assert last["center"] is None
    assert '["b-1","no time left to ring it"]' in last["passed_over"].replace(", ", ",")


def test_a_quick_center_is_rung_where_a_slow_one_would_not_fit(sqlite_url: str) -> None:
    directory = patient_for(45)
    quick = replace(directory.centers["c-1"], ring_seconds=10)
    call = World(sqlite_url, replace(directory, centers={**directory.centers, "c-1": quick})).caller()
    assert [center for center, _ in call.dials(NATIONAL).legs] == ["a-1", "c-1"]


def test_a_clock_that_jumps_changes_no_decision(open_world: OpenWorld) -> None:
    steady, jumping = open_world(directory=patient_for(75)), open_world(directory=patient_for(75))
    jumping.post.on("dialled/2", lambda: jumping.clock.advance(3600))
    calls = [world.caller().dials(NATIONAL) for world in (steady, jumping)]
    assert calls[0].legs == calls[1].legs
    assert final_state(steady)["decision"] == final_state(jumping)["decision"]


def test_ringing_before_the_consent_does_not_count_for_the_helpline(world: World, harbor: Center) -> None:
    world.edits(replace(world.directory.helplines["national"], max_wait_seconds=35))
    call = world.caller().presses("3").dials(world.directory.listings["sunrise-la-page"].numbers[0])
    harbor.accepts()
    assert call.was_answered_by(harbor)
