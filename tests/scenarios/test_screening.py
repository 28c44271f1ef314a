"""A person takes a call, and nothing else does: bridged, and after key 1 where the center asks for it."""

from typing import Any

import pytest

from callrouter.carrier.simulated import Faults
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


def test_from_an_older_payload_nothing_else_counts(caller: Caller, harbor: Center) -> None:
    """Without screening there is no key, so nothing proves that a person talked."""
    call = caller.dials(HARBOR_PAGE, OLDER)
    harbor.accepts(seconds=600)
    assert call.legs == [("harbor-sd", "screened-out")]
    assert call.is_free


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
    world.post.holds("dialled", "status")
    assert call.legs == [("sunrise-la", None)]
    world.post.forgets()
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
    world.post.forgets()
    world.sends("/twilio/dialled/1", told(call, DialCallStatus="completed", DialBridged=bridged))
    assert call.legs == [("sunrise-la", "screened-out" if bridged == "false" else "accepted")]


def test_a_key_pressed_after_the_caller_has_gone_takes_no_call(
    world: World, caller: Caller, sunrise: Center
) -> None:
    world.post.holds("taken", "dialled")
    call = caller.dials(SUNRISE_PAGE)
    sunrise.accepts()
    assert call.outcome == "abandoned"
    [pressed, *_] = world.post.releases()
    assert pressed.reply.body.count(b"<Hangup/>") == 1
    assert call.stored_legs[0]["taken_at"] is None
