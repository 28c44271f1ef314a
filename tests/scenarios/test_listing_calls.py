"""Somebody dials a listing: that center, or nobody, unless the caller asks for the helpline by key."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callrouter.directory.directory import License
from tests.directories import number_of, partner
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY, HARBOR_PAGE, SUNRISE_PAGE
from tests.scenarios.world import World

WHO_ELSE = "where not Sunrise La but another treatment center answers, one of several paid advertisers"


def test_one_sentence_then_it_rings(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.story.turns[0].heard == ["You are calling Sunrise La, a paid advertiser."]
    assert call.was_answered_by(sunrise)
    assert call.charges == [("sunrise", "listing", "20.00 USD")]


def test_no_decision_of_a_rotation_is_taken(world: World, caller: Caller, sunrise: Center) -> None:
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.decisions == []
    assert world.rows("rotation") == []


def test_the_center_sees_the_listings_number(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.story.turns[0].rung is not None
    assert call.story.turns[0].rung.shown == SUNRISE_PAGE


def test_when_it_does_not_answer_the_caller_may_choose(caller: Caller) -> None:
    call = caller.dials(SUNRISE_PAGE)
    assert call.was_told("Sunrise La did not answer.")
    assert call.was_told("To try Sunrise La again, press 1.")
    assert call.was_told("To be called back by Sunrise La at the number you are calling from, press 2.")
    assert call.was_told(WHO_ELSE)


@pytest.mark.parametrize("happens", [Center.is_busy, Center.cannot_be_reached, Center.does_not_answer])
def test_key_1_tries_it_again(caller: Caller, sunrise: Center, happens: Any) -> None:
    call = caller.presses("1").dials(SUNRISE_PAGE)
    happens(sunrise)
    sunrise.accepts()
    assert call.rang(sunrise, sunrise)
    assert call.was_answered_by(sunrise)


def test_it_is_tried_three_times_at_most(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("1", "1", "1", "1").dials(SUNRISE_PAGE)
    assert call.rang(sunrise, sunrise, sunrise)
    assert sum("To try Sunrise La again, press 1." in heard for heard in call.story.heard) == 2
    assert call.outcome == "unserved"


def test_key_2_is_a_promise_by_that_center(caller: Caller) -> None:
    call = caller.presses("2").dials(SUNRISE_PAGE)
    promise: dict[str, Any] = call.promise or {}
    assert (call.outcome, promise["owner"], promise["listing"]) == (
        "promised",
        "sunrise-la",
        "sunrise-la-page",
    )
    assert promise["consent_key"] == "2"
    assert "To be called back by Sunrise La" in promise["consent_words"]
    assert call.was_told("Sunrise La, a paid advertiser, will call you back within two hours.")


def test_key_3_after_hearing_who_else_would_answer_is_the_helpline(caller: Caller, harbor: Center) -> None:
    call = caller.presses("3").dials(SUNRISE_PAGE)
    harbor.accepts()
    assert call.legs == [("sunrise-la", "no-answer"), ("harbor-sd", "accepted")]
    assert WHO_ELSE in call.stored["helpline_consent"]
    assert call.stored["helpline_consent_at"] <= call.stored_legs[1]["began_at"]
    assert call.charges == [("harbor", "helpline", "35.00 USD")]


def test_the_consent_is_in_the_log(caller: Caller, harbor: Center) -> None:
    call = caller.presses("3").dials(SUNRISE_PAGE)
    harbor.accepts()
    assert any(WHO_ELSE in entry["words"] for entry in call.disclosures)
    assert call.record["route"] == "helpline"


def test_no_key_ends_the_call_and_rings_nobody_else(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(SUNRISE_PAGE)
    assert call.rang(sunrise)
    assert (call.outcome, call.stored["helpline_consent_at"]) == ("unserved", None)
    assert call.was_told("Nobody could take your call. The national helpline of SAMHSA answers")


@pytest.mark.parametrize("key", ["4", "0", "*", "#"])
def test_another_key_rings_nobody_else(caller: Caller, sunrise: Center, key: str) -> None:
    call = caller.presses(key).dials(SUNRISE_PAGE)
    assert call.rang(sunrise)
    assert call.stored["route"] == "listing"


def test_a_voicemail_without_screening_is_the_centers_own_choice(caller: Caller, harbor: Center) -> None:
    call = caller.dials(HARBOR_PAGE)
    harbor.has_its_voicemail_pick_up(seconds=12)
    assert call.was_answered_by(harbor)
    assert call.is_free


@pytest.mark.parametrize(
    "change",
    [
        {"status": "suspended"},
        {"status": "pending"},
        {"status": "ended"},
        {"license": License("1", "CA", date(2026, 3, 3))},
    ],
    ids=["suspended", "pending", "ended", "license expired"],
)
def test_a_partner_that_may_not_be_called_is_not_rung(
    world: World, caller: Caller, harbor: Center, change: dict[str, Any]
) -> None:
    world.edits(partner("sunrise", **change))
    call = caller.presses("3").dials(SUNRISE_PAGE)
    harbor.accepts()
    assert call.was_told("Sunrise La cannot take calls through this number at this time.")
    assert not call.was_told("press 1")
    assert not call.was_told("press 2")
    assert call.legs == [("harbor-sd", "accepted")]


def test_keys_that_were_not_offered_do_nothing(world: World, caller: Caller) -> None:
    world.edits(partner("sunrise", status="suspended"))
    for key in "12":
        call = caller.presses(key).dials(SUNRISE_PAGE)
        assert (call.outcome, call.legs, call.promise) == ("unserved", [], None)


@pytest.fixture
def engaged(world: World, sunrise: Center) -> Center:
    """The center has one line, and somebody is talking on it."""
    world.edits(replace(DIRECTORY.centers["sunrise-la"], max_concurrent=1))
    talk = world.caller("+13105550111").dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.goes_on(talk)
    return sunrise


def test_with_all_lines_busy_the_caller_hears_so(engaged: Center, caller: Caller) -> None:
    call = caller.presses("2").dials(SUNRISE_PAGE)
    assert call.was_told("All lines of Sunrise La are busy.")
    assert (call.outcome, call.legs) == ("promised", [])


def test_a_line_that_was_freed_can_be_tried_again(world: World, engaged: Center, caller: Caller) -> None:
    world.talks_end()
    call = caller.dials(SUNRISE_PAGE)
    engaged.accepts()
    assert call.was_answered_by(engaged)


def test_from_a_busy_listing_the_helpline_rings_another_center(
    world: World, engaged: Center, caller: Caller, harbor: Center
) -> None:
    world.network.on("chosen", world.talks_end)
    call = caller.presses("3").dials(SUNRISE_PAGE)
    engaged.accepts()
    harbor.accepts()
    assert call.was_told(WHO_ELSE)
    assert call.legs == [("harbor-sd", "accepted")]


def test_without_any_helpline_no_other_center_is_offered(world: World, caller: Caller) -> None:
    world.loads(replace(DIRECTORY, helplines={}))
    call = caller.presses("3").dials(SUNRISE_PAGE)
    assert not call.was_told("press 3")
    assert (call.outcome, call.legs) == ("unserved", [("sunrise-la", "no-answer")])


def test_a_listings_calls_count_no_decision_and_no_cap(world: World, caller: Caller) -> None:
    call = caller.dials(SUNRISE_PAGE)
    assert call.decisions == world.rows("decision") == []


def test_two_numbers_of_a_listing_reach_the_same_center(world: World, caller: Caller) -> None:
    listing = replace(DIRECTORY.listings["sunrise-la-page"], numbers=(SUNRISE_PAGE, number_of("second")))
    world.edits(listing)
    call = caller.dials(number_of("second"))
    world.center("sunrise-la").accepts()
    assert call.was_answered_by(world.center("sunrise-la"))
