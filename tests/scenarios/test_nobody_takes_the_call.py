"""Nobody takes a helpline call: a return call is offered, or a message, and the national lines are named."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.directories import a_directory, helpline, partner
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import START, World

CLOSED = a_directory(
    partner("sunrise", status="suspended"),
    partner("harbor", status="pending"),
    helpline("sunrise-la", "harbor-sd"),
)


@pytest.fixture
def closed(world: World) -> World:
    """Nobody is eligible."""
    world.loads(CLOSED)
    return world


def test_with_nobody_eligible_nobody_is_rung_and_the_national_lines_are_named(
    closed: World, caller: Caller
) -> None:
    call = caller.dials(NATIONAL)
    assert call.legs == []
    assert call.was_told("Nobody at Addiction Helpline America can take your call right now.")
    assert call.was_told("SAMHSA answers day and night at 1 800 6 6 2, 4 3 5 7")
    assert call.was_told("at 9 8 8")


def test_why_nobody_was_eligible_is_stored(closed: World, caller: Caller) -> None:
    [decision] = caller.dials(NATIONAL).decisions
    [lineup] = closed.rows("lineup", digest=decision["lineup"])
    assert decision["center"] is None
    assert '{"sunrise-la":"suspended","harbor-sd":"partner not verified"}' in lineup["document"]


def test_key_1_stores_a_promise_with_the_consent(caller: Caller) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    promise: dict[str, Any] = call.promise or {}
    assert call.outcome == "promised"
    assert promise["owner"] in {"sunrise-la", "harbor-sd", "meadow-bos"}
    assert (promise["consent_key"], promise["state"], promise["helpline"]) == ("1", "open", "national")
    assert "To be called back by one of the treatment centers, a paid advertiser" in promise["consent_words"]
    assert promise["due_at"] - promise["made_at"] == timedelta(hours=2)
    assert promise["consent_at"] > START


def test_the_caller_hears_who_will_call_back(caller: Caller, sunrise: Center) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    assert (call.promise or {})["owner"] == sunrise.key
    assert call.was_told("Sunrise La, a paid advertiser, will call you back within two hours.")


def test_with_nobody_to_owe_it_the_promise_is_the_staffs(closed: World, caller: Caller) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    assert (call.promise or {"owner": "missing"})["owner"] is None
    assert call.was_told("One of our treatment centers, a paid advertiser, will call you back.")


def test_a_promise_costs_nothing(caller: Caller) -> None:
    assert caller.presses("", "1").dials(NATIONAL).is_free


def test_key_2_keeps_a_message(caller: Caller) -> None:
    call = caller.presses("", "2").says(12).dials(NATIONAL)
    message: dict[str, Any] = call.message or {}
    assert (call.outcome, message["seconds"]) == ("voicemail", 12)
    assert message["recording"].startswith("RE")
    assert call.was_told("Thank you. Your message was kept. Goodbye.")


def test_a_message_is_kept_when_the_caller_hangs_up_while_speaking(caller: Caller) -> None:
    call = caller.presses("", "2").says(20, ended_by="hangup").dials(NATIONAL)
    assert (call.outcome, (call.message or {})["seconds"]) == ("voicemail", 20)
    assert not call.was_told("Your message was kept")


def test_a_message_is_kept_when_silence_ends_it(caller: Caller) -> None:
    call = caller.presses("", "2").says(20, ended_by="silence").dials(NATIONAL)
    assert (call.outcome, (call.message or {})["seconds"]) == ("voicemail", 25)


def test_a_silent_message_is_none(caller: Caller) -> None:
    call = caller.presses("", "2").says(0).dials(NATIONAL)
    assert (call.outcome, call.message) == ("unserved", None)
    assert call.was_told("Nobody could take your call.")


@pytest.mark.parametrize("recording", ["RE" + "3" * 32, ""])
def test_a_recording_without_a_second_in_it_is_no_message(
    world: World, caller: Caller, recording: str
) -> None:
    call = caller.presses("", "2").dials(NATIONAL)
    world.network.holds("recorded", "status")
    assert call.outcome is None
    world.network.forgets()
    told = {"CallSid": call.sid, "CallStatus": "in-progress", "RecordingSid": recording}
    fields = {"AccountSid": "AC" + "5" * 32, **told, "RecordingDuration": "0" if recording else "20"}
    assert b"Nobody could take your call" in world.sends("/twilio/recorded/6", list(fields.items())).body
    assert (call.outcome, call.message) == ("unserved", None)


def test_no_key_at_the_offer_ends_with_the_national_lines(caller: Caller) -> None:
    call = caller.dials(NATIONAL)
    assert call.outcome == "unserved"
    assert call.was_told("Nobody could take your call. The national helpline of SAMHSA answers")


def test_another_key_at_the_offer_ends_it_too(caller: Caller) -> None:
    assert caller.presses("", "8").dials(NATIONAL).outcome == "unserved"


@pytest.fixture
def night(world: World) -> World:
    """Every center is closed."""
    open_all_day = a_directory(helpline("sunrise-la", "harbor-sd"))
    closed = {key: replace(each, hours="off") for key, each in open_all_day.centers.items()}
    world.loads(replace(open_all_day, centers=closed))
    return world


def test_a_closed_center_may_owe_the_promise(night: World, caller: Caller) -> None:
    call = caller.presses("", "1").dials(NATIONAL)
    assert call.legs == []
    assert (call.promise or {})["owner"] in {"sunrise-la", "harbor-sd"}


def test_promises_go_round_like_calls(night: World) -> None:
    calls = [night.caller(f"+1310555010{number}").presses("", "1").dials(NATIONAL) for number in range(4)]
    owners = [(call.promise or {})["owner"] for call in calls]
    assert sorted(owners) == ["harbor-sd", "harbor-sd", "sunrise-la", "sunrise-la"]
