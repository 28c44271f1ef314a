"""What a person is told: nobody could be rung, a center is paused, a number is in no directory, a message was left."""

from dataclasses import replace
from typing import Any

import pytest

from simulator import Faults
from tests.directories import a_directory, helpline, partner
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

NOBODY_S = "+13235550199"
CLOSED = a_directory(partner("sunrise", status="suspended"), helpline("sunrise-la"))


def alerts(world: World) -> list[dict[str, Any]]:
    world.settles()
    return world.rows("alert")


@pytest.fixture
def closed(world: World) -> World:
    """Nobody is eligible."""
    world.loads(CLOSED)
    return world


def test_with_nobody_eligible_a_person_is_told(closed: World, caller: Caller) -> None:
    call = caller.dials(NATIONAL)
    [alert] = alerts(closed)
    assert alert["key"] == f"nobody-eligible national {START:%Y-%m-%dT%H}"
    assert (alert["call"], alert["helpline"], alert["dialled"]) == (call.sid, "national", None)


def test_many_callers_of_an_hour_are_one_alert(closed: World, caller: Caller) -> None:
    for _ in range(3):
        caller.dials(NATIONAL)
    assert len(alerts(closed)) == 1


def test_the_next_hour_it_is_told_again(closed: World, caller: Caller) -> None:
    caller.dials(NATIONAL)
    closed.passes(hours=1)
    caller.dials(NATIONAL)
    assert len(alerts(closed)) == 2


def test_when_all_were_rung_in_vain_nobody_need_be_told(world: World, caller: Caller) -> None:
    assert len(caller.dials(NATIONAL).legs) == 3
    assert alerts(world) == []


def test_an_answered_call_raises_no_alert(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.was_answered_by(sunrise)
    assert alerts(world) == []


def test_a_listing_s_caller_who_finds_nobody_on_the_helpline_is_told_of(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.edits(partner("harbor", status="suspended"), partner("meadow", status="suspended"))
    call = caller.presses("3").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    assert [leg for leg, _ in call.legs] == ["sunrise-la"]
    assert [alert["what"] for alert in alerts(world)] == ["nobody-eligible"]


def test_after_three_missed_calls_a_person_is_told_that_the_center_is_paused(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.edits(replace(sunrise.entry, pause_after_missed=3))
    for _ in range(2):
        caller.dials(SUNRISE_PAGE)
        assert alerts(world) == []
    third = caller.dials(SUNRISE_PAGE)
    [alert] = alerts(world)
    assert (alert["what"], alert["center"], alert["call"]) == ("center-paused", sunrise.key, third.sid)


def test_a_number_that_nobody_has_is_told_once_an_hour(world: World, caller: Caller) -> None:
    for _ in range(2):
        assert caller.dials(NOBODY_S).outcome == "refused"
    [alert] = alerts(world)
    assert (alert["what"], alert["dialled"]) == ("unknown-number", NOBODY_S)


def test_a_loop_is_no_unknown_number(world: World) -> None:
    assert world.caller(NATIONAL).dials(SUNRISE_PAGE).outcome == "refused"
    assert alerts(world) == []


def test_a_message_that_was_left_is_told_with_its_owner(world: World, caller: Caller) -> None:
    call = caller.presses("", "2").says(12).dials(NATIONAL)
    [alert] = [each for each in alerts(world) if each["what"] == "message-left"]
    assert (alert["call"], alert["center"]) == (call.sid, (call.message or {})["owner"])


@pytest.mark.parametrize("dialled", [NATIONAL, NOBODY_S])
def test_repeated_callbacks_tell_nothing_more(closed: World, caller: Caller, dialled: str) -> None:
    assert caller.dials(dialled, Faults(duplicate=2, repeat=2, replay=True)).legs == []
    assert len(closed.rows("outbox", fact="alert")) == 1
    assert len(alerts(closed)) == 1
