"""Each verb does to the caller what the carrier's documentation says, and takes its time."""

import pytest

from simulator import Caller, CallerHangup
from simulator.active_call import NotSimulated
from simulator.events import CallHungUp, CallRejected, PromptHeard
from tests.simulator.scripted_server import response
from tests.simulator.simulation import CALLER, HELPLINE, play, says, seconds


def test_a_call_is_announced_with_who_calls_whom() -> None:
    incoming = says("<Say>Hello.</Say>").server.at("/twilio/voice")[0]
    assert (incoming["From"], incoming["To"], incoming["CallStatus"]) == (CALLER, HELPLINE, "ringing")


def test_the_caller_hears_what_is_said_and_in_which_language() -> None:
    call = says('<Say>Hello.</Say><Say language="es-MX">Hola.</Say>').call
    assert [(heard.text, heard.language) for heard in call.each(PromptHeard)] == [
        ("Hello.", "en-US"),
        ("Hola.", "es-MX"),
    ]


def test_five_words_take_two_seconds() -> None:
    assert seconds(says("<Say>one two three four five</Say>")) == 2.0


def test_a_repeated_prompt_is_heard_again() -> None:
    assert says('<Say loop="3">Hello.</Say>').call.heard == ["Hello."] * 3


def test_a_prompt_without_end_ends_when_the_caller_leaves() -> None:
    call = says('<Say loop="0">one two three four five</Say>', Caller(leaves=CallerHangup(5.0))).call
    assert call.heard == ["one two three four five"] * 3
    assert call.duration == 5


def test_a_file_is_played() -> None:
    assert says("<Play>/hold.mp3</Play>").call.each(PromptHeard) == [
        PromptHeard("caller", "/hold.mp3", played=True)
    ]


def test_keys_are_played_half_a_second_each() -> None:
    assert seconds(says('<Play digits="1w2"/>')) == 1.5


def test_a_pause_takes_one_second_unless_it_says_how_long() -> None:
    assert seconds(says('<Pause/><Pause length="4"/>')) == 5.0


def test_a_pause_in_front_does_not_answer_the_call() -> None:
    played = says("<Pause/><Redirect>/twilio/next</Redirect>")
    assert played.server.at("/twilio/next")[0]["CallStatus"] == "ringing"


def test_a_greeting_answers_the_call() -> None:
    played = says("<Say>Hello.</Say><Redirect>/twilio/next</Redirect>")
    assert played.server.at("/twilio/next")[0]["CallStatus"] == "in-progress"


def test_a_redirect_leads_to_another_document_and_nothing_after_it_is_heard() -> None:
    call = says("<Say>One.</Say><Redirect>/twilio/next</Redirect><Say>Two.</Say>").call
    assert [turn.path for turn in call.turns] == ["/twilio/voice", "/twilio/next"]
    assert call.heard == ["One."]


def test_addresses_are_relative_to_the_document_that_gives_them() -> None:
    documents = {
        "/twilio/voice": response("<Redirect>deep/er?x=1</Redirect>"),
        "/twilio/deep/er?x=1": response("<Redirect>still</Redirect>"),
    }
    assert play(documents).server.paths[:3] == ["/twilio/voice", "/twilio/deep/er?x=1", "/twilio/deep/still"]


def test_nothing_is_heard_after_hanging_up() -> None:
    call = says("<Say>Bye.</Say><Hangup/><Say>More.</Say>").call
    assert call.heard == ["Bye."]
    assert call.each(CallHungUp) == [CallHungUp("document")]


def test_the_end_of_the_last_document_is_the_end_of_the_call() -> None:
    call = says("<Say>Bye.</Say>").call
    assert (call.status, call.each(CallHungUp)) == ("completed", [CallHungUp("document")])


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_is_never_answered(reason: str, status: str) -> None:
    played = says(f'<Reject reason="{reason}"/>')
    assert played.call.each(CallRejected) == [CallRejected(reason)]
    told = played.server.at("/twilio/status")[0]
    assert (told["CallStatus"], told["CallDuration"], told["Duration"]) == (status, "0", "0")


def test_an_empty_document_ends_the_call() -> None:
    assert says("").call.status == "completed"


def test_the_end_of_a_call_is_told_with_seconds_and_begun_minutes() -> None:
    told = says('<Say>one two three four five</Say><Pause length="60"/>').server.at("/twilio/status")
    assert [(t["CallStatus"], t["CallDuration"], t["Duration"]) for t in told] == [("completed", "62", "2")]


def test_a_document_that_leads_back_to_itself_does_not_run_for_ever() -> None:
    call = says("<Redirect>/twilio/voice</Redirect>").call
    assert len(call.turns) == 200
    assert [error.code for error in call.errors] == [11215]


@pytest.mark.parametrize(
    "verbs",
    [
        '<Gather input="speech"><Say>Speak.</Say></Gather>',
        '<Record transcribe="true"/>',
        '<Dial record="record-from-answer">+13105550101</Dial>',
        '<Redirect method="GET">/twilio/next</Redirect>',
        '<Dial><Number statusCallback="/x" statusCallbackMethod="GET">+13105550101</Number></Dial>',
        "<Dial><Number>+13105550101</Number><Number>+13105550102</Number></Dial>",
        '<Dial><Number machineDetection="Enable">+13105550101</Number></Dial>',
    ],
)
def test_what_is_not_simulated_says_so(verbs: str) -> None:
    with pytest.raises(NotSimulated):
        says(verbs)
