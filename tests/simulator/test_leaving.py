"""A caller may leave at any moment: nothing is performed after it, and the end is reported."""

import pytest

from simulator import Caller, CallerHangup, CallPhase
from simulator.events import CallHungUp
from tests.simulator.ringing import dialled, rings
from tests.simulator.simulation import seconds

GREETING = (
    '<Say>one two three four five</Say><Gather timeout="5"><Say>Press a key now, please.</Say></Gather>'
)
WHERE = {
    "at once": CallerHangup(0.0),
    "during the greeting": CallerHangup(1.0, CallPhase.SPEECH),
    "during the second prompt": CallerHangup(1.0, CallPhase.SPEECH, occasion=2),
    "while a prompt listens": CallerHangup(5.0),
    "while it rings": CallerHangup(5.0, CallPhase.RINGING),
    "during the whisper": CallerHangup(7.0, CallPhase.RINGING),
    "in the middle of the talk": CallerHangup(60.0, CallPhase.RINGING),
}


@pytest.mark.parametrize("leaves", WHERE.values(), ids=WHERE)
def test_the_end_is_reported_once_and_last(leaves: CallerHangup) -> None:
    played = rings("answer:90", Caller(leaves=leaves), voice=GREETING + VOICE)
    assert played.call.each(CallHungUp) == [CallHungUp("caller")]
    assert [told["CallStatus"] for told in played.server.at("/twilio/status")] == ["completed"]
    assert played.server.paths[-1] == "/twilio/status"
    assert "Goodbye." not in played.call.heard


VOICE = (
    '<Dial timeout="20" action="/twilio/dialled"><Number url="/twilio/whisper">+13105550101</Number></Dial>'
)


def test_who_leaves_during_the_greeting_hears_no_more() -> None:
    played = rings("answer:9", Caller(leaves=CallerHangup(0.5, CallPhase.SPEECH)))
    assert played.call.heard == ["Connecting you."]
    assert played.server.paths == ["/twilio/voice", "/twilio/status"]


def test_who_leaves_at_a_prompt_brings_no_document() -> None:
    played = rings("answer:9", Caller(keys=("1",), leaves=CallerHangup(2.5)), voice=GREETING)
    assert played.server.paths == ["/twilio/voice", "/twilio/status"]


def test_who_leaves_in_the_second_ringing_has_waited_for_the_first() -> None:
    leaves = CallerHangup(3.0, CallPhase.RINGING, occasion=2)
    dial = '<Dial timeout="5">+13105550101</Dial>'
    call = rings("no-answer", Caller(leaves=leaves), voice=dial + dial).call
    assert [(leg.status, leg.rang) for leg in call.legs] == [("no-answer", 10.0), ("canceled", 3.0)]


def test_who_leaves_in_the_middle_of_the_talk_was_connected() -> None:
    told = dialled(rings("answer:90", Caller(leaves=CallerHangup(60.0, CallPhase.RINGING))))
    assert (told["DialBridged"], told["DialCallDuration"], told["CallStatus"]) == ("true", "54", "completed")


def test_a_caller_who_means_to_leave_later_than_the_end_does_not() -> None:
    played = rings("busy", Caller(leaves=CallerHangup(600.0)))
    assert played.call.each(CallHungUp) == [CallHungUp("document")]
    assert seconds(played) < 60


def test_who_leaves_an_unanswered_call_was_never_answered() -> None:
    dial = '<Dial answerOnBridge="true" action="/twilio/dialled">+13105550101</Dial>'
    played = rings("no-answer", Caller(leaves=CallerHangup(4.0)), voice=dial)
    assert dialled(played)["CallStatus"] == "no-answer"
    assert played.server.at("/twilio/status")[0]["CallStatus"] == "no-answer"
