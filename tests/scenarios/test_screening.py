"""A person takes a call, and nothing else does: bridged, and after key 1 where the center asks for it."""

from dataclasses import replace
from typing import Any

import pytest

from simulator import Faults
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

OLDER = Faults(tells_bridged=False)
"""The payload without `DialBridged`."""


def test_the_center_is_asked_in_its_own_words_and_never_hears_who_calls(
    caller: Caller, sunrise: Center
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.accepts()
    assert call.story.turns[1].whispered == ["A caller is waiting. To take the call, press 1."]


def test_a_center_without_screening_is_not_asked(caller: Caller, harbor: Center) -> None:
    call = caller.dials(HARBOR_PAGE)
    harbor.accepts()
    assert call.story.turns[0].whispered == []
    assert call.was_answered_by(harbor)


@pytest.mark.parametrize("key", ["", "0", "2", "9", "*", "#"])
def test_any_other_key_lets_the_caller_go_on(
    caller: Caller, sunrise: Center, harbor: Center, key: str
) -> None:
    call = caller.dials(NATIONAL)
    sunrise.presses(key)
    harbor.accepts()
    assert call.legs == [("sunrise-la", "screened-out"), ("harbor-sd", "accepted")]


def test_from_an_older_payload_key_1_counts(caller: Caller, sunrise: Center) -> None:
    call = caller.dials(NATIONAL, OLDER)
    sunrise.accepts(seconds=60)
    assert call.was_answered_by(sunrise)
    assert call.costs("sunrise", "35.00 USD")


def test_from_an_older_payload_a_voicemail_does_not(caller: Caller, sunrise: Center, harbor: Center) -> None:
    call = caller.dials(NATIONAL, OLDER)
    sunrise.has_its_voicemail_pick_up()
    assert call.legs[0] == ("sunrise-la", "screened-out")
    assert call.is_free


@pytest.mark.parametrize("leg_callbacks", [1, 0])
def test_without_screening_somebody_was_talked_to_for_any_time(
    caller: Caller, sunrise: Center, harbor: Center, leg_callbacks: int
) -> None:
    """There is no key to wait for. A duration is told of nobody who did not pick up, so it is enough by itself."""
    call = caller.dials(NATIONAL, replace(OLDER, drop=1.0 - leg_callbacks))
    sunrise.is_busy()
    harbor.accepts(seconds=62)
    assert call.legs[-1] == ("harbor-sd", "accepted")
    assert call.was_told("The call has ended. Goodbye.")
    assert call.record["talk_seconds"] == 62
    assert call.costs("harbor", "35.00 USD")


def test_without_screening_a_call_that_lasted_no_second_was_not_taken(
    world: World, caller: Caller, harbor: Center
) -> None:
    call = caller.dials(HARBOR_PAGE, OLDER)
    harbor.accepts(seconds=0)
    assert call.legs == [("harbor-sd", "screened-out")]
    assert call.is_free


@pytest.mark.parametrize("bridged", ["", "true", "false"])
@pytest.mark.parametrize("duration", [None, "62"])
def test_without_screening_what_the_carrier_says_of_the_bridge_counts_first(
    world: World, caller: Caller, harbor: Center, bridged: str, duration: str | None
) -> None:
    """Where it says nothing, the seconds do: those of the action, or those that the leg tells of itself."""
    call = caller.dials(HARBOR_PAGE)
    harbor.accepts(seconds=62)
    world.goes_on(call)
    world.network.forgets()
    seconds = {"DialCallDuration": duration} if duration else {}
    fields = told(call, DialCallStatus="completed", DialBridged=bridged, **seconds)
    world.sends("/twilio/dialled/1", fields)
    assert call.legs == [("harbor-sd", "screened-out" if bridged == "false" else "accepted")]
    assert call.stored_legs[0]["talk_seconds"] == (None if bridged == "false" else 62)


def test_without_screening_and_without_seconds_nobody_was_talked_to(
    world: World, caller: Caller, harbor: Center
) -> None:
    call = caller.dials(HARBOR_PAGE, Faults(drop=1.0))
    harbor.accepts(seconds=62)
    world.goes_on(call)
    world.network.forgets()
    world.sends("/twilio/dialled/1", told(call, DialCallStatus="completed"))
    assert call.legs == [("harbor-sd", "screened-out")]


def told(call: Any, **dialled: str) -> list[tuple[str, str]]:
    fields = {"AccountSid": "AC" + "5" * 32, "CallSid": call.sid, "CallStatus": "in-progress", **dialled}
    return list(fields.items())


@pytest.mark.parametrize(
    ("bridged", "status", "outcome"),
    [
        ("true", "completed", "screened-out"),
        ("false", "completed", "screened-out"),
        ("", "completed", "screened-out"),
        ("true", "answered", "screened-out"),
        ("false", "no-answer", "no-answer"),
        ("true", "nonsense", "failed"),
    ],
)
def test_where_a_center_screens_nothing_but_key_1_is_an_acceptance(
    world: World, caller: Caller, sunrise: Center, bridged: str, status: str, outcome: str
) -> None:
    """Whatever the carrier says: nobody pressed 1, so nobody took the call, and nobody pays."""
    call = caller.dials(SUNRISE_PAGE)
    sunrise.has_its_voicemail_pick_up()
    world.network.holds("dialled", "status")
    assert call.legs == [("sunrise-la", None)]
    world.network.forgets()
    fields = told(call, DialCallStatus=status, DialBridged=bridged, DialCallDuration="300")
    assert b"did not answer" in world.sends("/twilio/dialled/1", fields).body
    assert call.legs == [("sunrise-la", outcome)]


@pytest.mark.parametrize("bridged", ["false", "true", ""])
def test_key_1_and_bridged_is_an_acceptance_and_key_1_alone_is_not(
    world: World, caller: Caller, sunrise: Center, bridged: str
) -> None:
    """Key 1, and the caller left in that moment: the carrier says that nobody was connected."""
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.goes_on(call)
    world.network.forgets()
    world.sends("/twilio/dialled/1", told(call, DialCallStatus="completed", DialBridged=bridged))
    assert call.legs == [("sunrise-la", "screened-out" if bridged == "false" else "accepted")]


def test_a_key_pressed_after_the_caller_has_gone_takes_no_call(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.network.holds("taken", "dialled")
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.outcome == "abandoned"
    [pressed, *_] = world.network.releases()
    assert pressed.reply.body.count(b"<Hangup />") == 1
    assert call.stored_legs[0]["taken_at"] is None
