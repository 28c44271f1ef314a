"""A prompt takes the keys that are pressed at it, or goes on without."""

import pytest

from simulator import NOTHING, Caller
from simulator.document import Verb
from simulator.gather import KeyEntry, read_keys
from tests.simulator.scripted_server import response
from tests.simulator.simulation import Played, play, says, seconds

MENU = '<Gather numDigits="1" timeout="4" action="/twilio/next"><Say>Press 1.</Say></Gather>'


def presses(*keys: str, verbs: str = MENU + "<Say>Nothing pressed.</Say>") -> Played:
    return says(verbs, Caller(keys=keys))


def test_a_key_brings_the_document_of_the_action() -> None:
    asked = presses("1").server.at("/twilio/next")
    assert [(a["Digits"], a["FinishedOnKey"], a["msg"], a["CallStatus"]) for a in asked] == [
        ("1", "", "Gather End", "in-progress")
    ]


def test_without_a_key_the_next_verb_follows() -> None:
    played = presses()
    assert played.call.heard == ["Press 1.", "Nothing pressed."]
    assert "/twilio/next" not in played.server.paths


def test_listening_in_vain_takes_the_timeout() -> None:
    heard = seconds(says("<Gather><Say>one two three four five</Say></Gather>"))
    assert heard == 2.0 + 5


def test_a_silence_can_be_reported_too() -> None:
    verbs = '<Gather action="/twilio/next" actionOnEmptyResult="true"/>'
    assert presses(verbs=verbs).server.at("/twilio/next")[0]["Digits"] == ""


def test_without_an_action_the_same_document_is_asked_with_the_key() -> None:
    documents = {"/twilio/voice": [response('<Gather numDigits="1"/>'), response()]}
    asked = play(documents, Caller(keys=("7",))).server.at("/twilio/voice")
    assert asked[1]["Digits"] == "7"


def test_each_prompt_takes_one_entry() -> None:
    documents = {"/twilio/voice": response(MENU), "/twilio/next": [response(MENU), response()]}
    asked = play(documents, Caller(keys=("2", "1"))).server.at("/twilio/next")
    assert [a["Digits"] for a in asked] == ["2", "1"]


def test_a_caller_may_press_nothing_at_one_prompt_and_a_key_at_the_next() -> None:
    played = presses(NOTHING, "3", verbs=MENU + MENU)
    assert [a["Digits"] for a in played.server.at("/twilio/next")] == ["3"]
    assert played.call.turns[0].pressed == "3"


def test_more_keys_than_prompts_are_of_no_use() -> None:
    assert len(presses("1", "2", "3").server.at("/twilio/next")) == 1


@pytest.mark.parametrize(
    ("attributes", "keys", "entry"),
    [
        ({"numDigits": "1"}, "29", KeyEntry("2", "", 1.5, surplus="9")),
        ({}, "12#", KeyEntry("12", "#", 2.5)),
        ({}, "12#34", KeyEntry("12", "#", 2.5, surplus="34")),
        ({}, "12", KeyEntry("12", "", 2.0 + 5, by_silence=True)),
        ({"finishOnKey": "*", "timeout": "3"}, "1#", KeyEntry("1#", "", 2.0 + 3, by_silence=True)),
        ({"finishOnKey": ""}, "#", KeyEntry("#", "", 1.5 + 5, by_silence=True)),
        ({}, "#", KeyEntry("", "#", 1.5)),
        ({"timeout": "8"}, "", KeyEntry("", "", 8.0, by_silence=True)),
    ],
)
def test_keys_are_taken_until_their_number_a_finishing_key_or_silence(
    attributes: dict[str, str], keys: str, entry: KeyEntry
) -> None:
    assert read_keys(Verb("Gather", attributes), keys) == entry


def test_keys_beyond_their_number_fall_into_the_next_prompt_whose_words_are_not_heard() -> None:
    two = '<Gather numDigits="2" action="/twilio/two"/>'
    documents = {
        "/twilio/voice": response(two),
        "/twilio/two": response(MENU),
        "/twilio/next": [response(MENU), response()],
    }
    played = play(documents, Caller(keys=("129", "3")))
    assert [a["Digits"] for a in played.server.at("/twilio/two")] == ["12"]
    assert [a["Digits"] for a in played.server.at("/twilio/next")] == ["9", "3"]
    assert played.call.heard == ["Press 1."]


def test_keys_pressed_ahead_are_the_first_of_what_the_next_prompt_takes() -> None:
    longer = '<Gather numDigits="4" action="/twilio/four"/>'
    documents = {
        "/twilio/voice": response(MENU),
        "/twilio/next": response(longer),
        "/twilio/four": response(),
    }
    assert play(documents, Caller(keys=("123", "45"))).server.at("/twilio/four")[0]["Digits"] == "2345"


def test_keys_after_the_finishing_key_fall_into_the_next_prompt_too() -> None:
    documents = {
        "/twilio/voice": response('<Gather action="/twilio/all"/>'),
        "/twilio/all": response(MENU),
        "/twilio/next": response(),
    }
    assert play(documents, Caller(keys=("12#3",))).server.at("/twilio/next")[0]["Digits"] == "3"


def test_the_finishing_key_alone_is_no_entry() -> None:
    played = presses("#", verbs='<Gather action="/twilio/next"/><Say>Nothing pressed.</Say>')
    assert played.call.heard == ["Nothing pressed."]
