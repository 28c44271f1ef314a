"""Caps count the accepted calls of the helpline's day and month, and those being tried while they last."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callrouter.directory.directory import Seat
from tests.directories import a_directory, center, helpline
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import START, World


def capped(world: World, **caps: Any) -> None:
    """Sunrise is first, with these caps; Harbor is second, without."""
    seats = (Seat("sunrise-la", tier=1, **caps), Seat("harbor-sd", tier=2))
    world.loads(a_directory(center("sunrise-la", screening="press-1"), helpline(*seats)))


def answered_by(world: World) -> str:
    call = world.caller().dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.center("harbor-sd").accepts()
    answered: str = call.stored["answered_by"]
    return answered


def test_the_call_after_the_daily_cap_goes_to_the_next(world: World) -> None:
    capped(world, daily_cap=2)
    assert [answered_by(world) for _ in range(4)] == ["sunrise-la", "sunrise-la", "harbor-sd", "harbor-sd"]


def test_the_reason_is_stored(world: World) -> None:
    capped(world, daily_cap=0)
    call = world.caller().dials(NATIONAL)
    assert "daily cap reached" in call.decisions[0]["passed_over"]


@pytest.mark.parametrize(
    "happens", [Center.does_not_answer, Center.is_busy, Center.has_its_voicemail_pick_up]
)
def test_a_call_that_was_not_accepted_does_not_count(world: World, happens: object) -> None:
    capped(world, daily_cap=1)
    for _ in range(3):
        call = world.caller().dials(NATIONAL)
        happens(world.center("sunrise-la"))  # type: ignore[operator]
        assert call.legs[0][0] == "sunrise-la"
    assert answered_by(world) == "sunrise-la"
    assert answered_by(world) == "harbor-sd"


def test_a_call_that_is_being_tried_counts(world: World, sunrise: Center) -> None:
    capped(world, daily_cap=1)
    trying = world.caller("+13105550111").dials(NATIONAL)
    sunrise.does_not_answer()
    world.goes_on(trying)
    assert answered_by(world) == "harbor-sd"
    world.talks_end()
    assert answered_by(world) == "sunrise-la"


def test_the_day_is_the_helplines_own(world: World) -> None:
    """Midnight in New York is 05:00 in UTC in March."""
    capped(world, daily_cap=1)
    world.is_now(datetime(2026, 3, 5, 3, 0, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"
    world.is_now(datetime(2026, 3, 5, 4, 30, tzinfo=UTC))
    assert answered_by(world) == "harbor-sd"
    world.is_now(datetime(2026, 3, 5, 5, 0, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"


def test_a_day_with_23_hours_ends_at_its_own_midnight(world: World) -> None:
    """Clocks in New York go forward on 8 March 2026, so that day ends at 04:00 in UTC."""
    capped(world, daily_cap=1)
    world.is_now(datetime(2026, 3, 8, 5, 1, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"
    world.is_now(datetime(2026, 3, 9, 3, 50, tzinfo=UTC))
    assert answered_by(world) == "harbor-sd"
    world.is_now(datetime(2026, 3, 9, 4, 0, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"


def test_a_monthly_cap_holds_over_days_and_ends_with_the_helplines_month(world: World) -> None:
    capped(world, monthly_cap=2)
    assert answered_by(world) == "sunrise-la"
    world.passes(days=10)
    assert answered_by(world) == "sunrise-la"
    world.is_now(datetime(2026, 4, 1, 3, 50, tzinfo=UTC))
    assert answered_by(world) == "harbor-sd"
    world.is_now(datetime(2026, 4, 1, 4, 0, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"


def test_a_call_over_midnight_counts_for_the_day_on_which_it_was_rung(world: World, sunrise: Center) -> None:
    capped(world, daily_cap=1)
    world.is_now(datetime(2026, 3, 5, 4, 58, tzinfo=UTC))
    late = world.caller("+13105550111").dials(NATIONAL)
    sunrise.accepts(seconds=600)
    world.goes_on(late)
    world.talks_end()
    assert answered_by(world) == "sunrise-la"
    assert [row["day"] for row in world.rows("decision")] == ["2026-03-04", "2026-03-05"]


def test_a_call_that_fails_after_midnight_is_given_back_to_its_own_day(world: World, sunrise: Center) -> None:
    capped(world, daily_cap=1)
    world.is_now(datetime(2026, 3, 5, 4, 58, tzinfo=UTC))
    late = world.caller("+13105550111").dials(NATIONAL)
    sunrise.does_not_answer()
    world.goes_on(late)
    world.is_now(datetime(2026, 3, 5, 5, 1, tzinfo=UTC))
    assert answered_by(world) == "sunrise-la"
    world.talks_end()
    assert answered_by(world) == "harbor-sd"


def test_caps_that_are_new_count_what_was_taken_before(world: World) -> None:
    world.loads(a_directory(helpline(Seat("sunrise-la"), Seat("harbor-sd", tier=2))))
    assert answered_by(world) == "sunrise-la"
    world.passes(minutes=5)
    capped(world, daily_cap=1)
    assert answered_by(world) == "harbor-sd"


def test_caps_that_were_lifted_are_lifted_at_once(world: World) -> None:
    capped(world, daily_cap=1)
    assert [answered_by(world) for _ in range(2)] == ["sunrise-la", "harbor-sd"]
    capped(world)
    assert answered_by(world) == "sunrise-la"
    capped(world, daily_cap=2)
    assert answered_by(world) == "harbor-sd"


def test_a_promise_takes_no_place_under_a_cap(world: World) -> None:
    """Caps count accepted calls; nobody has talked yet where a return call was promised."""
    capped(world, daily_cap=1)
    call = world.caller().presses("", "1").dials(NATIONAL)
    assert (call.promise or {})["owner"] == "sunrise-la"
    assert answered_by(world) == "sunrise-la"


def test_a_promise_takes_no_place_under_a_cap_that_is_new(world: World) -> None:
    world.loads(a_directory(helpline(Seat("sunrise-la"))))
    call = world.caller().presses("", "1").dials(NATIONAL)
    assert (call.promise or {})["owner"] == "sunrise-la"
    capped(world, daily_cap=1)
    assert answered_by(world) == "sunrise-la"


def test_a_new_process_counts_on(world: World) -> None:
    capped(world, daily_cap=1)
    assert answered_by(world) == "sunrise-la"
    world.starts_anew()
    assert answered_by(world) == "harbor-sd"
    assert world.clock.now() > START
