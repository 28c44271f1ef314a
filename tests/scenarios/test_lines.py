"""A center's lines: how many calls it has at a time, and its pause after missed calls."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from callrouter.routing.lines import resume
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World


def in_progress(world: World, center: Center) -> int:
    rows = world.rows("availability", center=center.key)
    return sum(row["calls_in_progress"] for row in rows)


def pauses_after(world: World, missed: int) -> None:
    world.edits(replace(DIRECTORY.centers["sunrise-la"], pause_after_missed=missed))


@pytest.mark.parametrize(
    "happens",
    [
        Center.accepts,
        Center.does_not_answer,
        Center.is_busy,
        Center.cannot_be_reached,
        Center.has_its_voicemail_pick_up,
        Center.rings_until_the_caller_leaves,
    ],
)
def test_the_line_is_free_again_whatever_happened(
    world: World, caller: Caller, sunrise: Center, happens: Callable[[Center], None]
) -> None:
    call = caller.dials(NATIONAL)
    happens(sunrise)
    assert call.legs[0][0] == sunrise.key
    assert in_progress(world, sunrise) == 0


def test_with_all_lines_busy_the_next_center_is_rung(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    world.edits(replace(DIRECTORY.centers["sunrise-la"], max_concurrent=1))
    talk = caller.dials(NATIONAL)
    sunrise.accepts()
    world.goes_on(talk)
    other = caller.dials(NATIONAL)
    harbor.accepts()
    assert other.legs == [("harbor-sd", "accepted")]
    assert '"all lines busy"' in other.decisions[0]["passed_over"]
    assert in_progress(world, sunrise) == 1


def test_lines_are_shared_by_listing_and_helpline(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    world.edits(replace(DIRECTORY.centers["sunrise-la"], max_concurrent=1))
    talk = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.goes_on(talk)
    other = caller.dials(NATIONAL)
    harbor.accepts()
    assert other.was_answered_by(harbor)


def test_fewer_lines_than_calls_takes_no_call_away(world: World, caller: Caller, sunrise: Center) -> None:
    for _ in range(2):
        talk = caller.dials(NATIONAL)
        sunrise.accepts()
        world.goes_on(talk)
    world.edits(replace(DIRECTORY.centers["sunrise-la"], max_concurrent=1))
    assert caller.dials(NATIONAL).legs[0][0] == "harbor-sd"
    world.talks_end()
    assert in_progress(world, sunrise) == 0
    assert caller.dials(NATIONAL).legs[0][0] == "sunrise-la"


def misses(world: World, sunrise: Center, times: int) -> None:
    for _ in range(times):
        call = world.caller().dials(NATIONAL)
        sunrise.does_not_answer()
        assert call.legs[0] == ("sunrise-la", "no-answer")


def test_after_three_missed_calls_in_an_hour_a_center_pauses(
    world: World, caller: Caller, sunrise: Center, harbor: Center
) -> None:
    pauses_after(world, 3)
    misses(world, sunrise, 3)
    call = caller.dials(NATIONAL)
    harbor.accepts()
    assert call.legs == [("harbor-sd", "accepted")]
    assert '"paused after missed calls"' in call.decisions[0]["passed_over"]


def test_it_is_back_after_an_hour(world: World, caller: Caller, sunrise: Center) -> None:
    pauses_after(world, 3)
    misses(world, sunrise, 3)
    world.passes(minutes=61)
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_it_is_back_at_once_by_hand_and_its_missed_calls_are_forgotten(
    world: World, caller: Caller, sunrise: Center
) -> None:
    pauses_after(world, 3)
    misses(world, sunrise, 3)
    assert world.database.transact(lambda session: resume(session, "sunrise-la", world.clock.now()))
    misses(world, sunrise, 2)
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_missed_calls_of_more_than_an_hour_do_not_add_up(
    world: World, caller: Caller, sunrise: Center
) -> None:
    pauses_after(world, 3)
    for _ in range(4):
        misses(world, sunrise, 1)
        world.passes(minutes=31)
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_a_voicemail_is_a_missed_call_and_a_busy_line_is_none(
    world: World, caller: Caller, sunrise: Center
) -> None:
    pauses_after(world, 1)
    call = caller.dials(NATIONAL)
    sunrise.is_busy()
    assert call.legs[0] == ("sunrise-la", "busy")
    call = caller.dials(NATIONAL)
    sunrise.has_its_voicemail_pick_up()
    assert call.legs[0] == ("sunrise-la", "screened-out")
    assert caller.dials(NATIONAL).legs[0][0] == "harbor-sd"


def test_a_listing_rings_its_center_although_it_pauses(world: World, caller: Caller, sunrise: Center) -> None:
    """A pause is about the rotation: who asks for one center by name is not sent away."""
    pauses_after(world, 1)
    misses(world, sunrise, 1)
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)


def test_without_a_number_of_missed_calls_a_center_never_pauses(world: World, sunrise: Center) -> None:
    misses(world, sunrise, 5)
    assert world.rows("availability", center="sunrise-la")[0]["paused_until"] is None
