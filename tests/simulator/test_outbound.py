"""Calls that we have placed: rung, told of, and performed as a real carrier does."""

from collections import Counter

import pytest

from simulator import Faults, RequestKind
from simulator.events import ResponseIgnored
from tests.simulator.scripted_server import response
from tests.simulator.simulated_api import RETURNED, people, simulated_api
from tests.simulator.simulation import CALLER, HELPLINE, SUNRISE

STATUS, KEY, DIALLED, LEG = (f"/twilio/return/{name}" for name in ("status", "key", "dialled", "leg"))
ANSWERED = ["initiated", "ringing", "in-progress", "completed"]


def statuses(told: list[dict[str, str]]) -> list[str]:
    return [each["CallStatus"] for each in told]


def test_nothing_happens_before_the_carrier_carries_on() -> None:
    played = simulated_api()
    played.places()
    assert played.server.received == []


def test_a_return_call_rings_the_owner_then_the_caller_and_connects_them() -> None:
    played = simulated_api()
    story = played.returns("answer:90", "answer:60")
    assert story.whispered == ["A caller asked to be called back. Press 1."]
    assert story.heard == ["You asked us to call. Press 1."]
    assert [(leg.number, leg.shown, leg.bridged) for leg in story.legs] == [(CALLER, HELPLINE, True)]
    assert played.server.at(DIALLED)[0]["DialBridged"] == "true"
    assert story.errors == []


def test_its_progress_is_told_in_order_and_numbered() -> None:
    played = simulated_api()
    played.returns("answer:90", "answer:60:caller")
    told = played.server.at(STATUS)
    assert statuses(told) == ANSWERED
    assert [each["SequenceNumber"] for each in told] == ["0", "1", "2", "3"]
    assert {each["CallbackSource"] for each in told} == {"call-progress-events"}
    assert int(told[-1]["CallDuration"]) > 60
    assert "CallDuration" not in told[0]


@pytest.mark.parametrize("what", ["busy", "failed", "no-answer"])
def test_an_owner_who_does_not_pick_up_is_told_and_asked_no_document(what: str) -> None:
    played = simulated_api()
    played.returns(what)
    assert statuses(played.server.at(STATUS))[-1] == what
    assert played.server.at(STATUS)[-1]["CallDuration"] == "0"
    assert played.server.at("/twilio/return") == []


def test_the_document_is_asked_for_in_the_name_of_the_call() -> None:
    played = simulated_api()
    story = played.returns("answer:90")
    [asked] = played.server.at("/twilio/return")
    assert (asked["CallSid"], asked["From"], asked["To"]) == (story.sid, HELPLINE, SUNRISE)
    assert (asked["CallStatus"], asked["Direction"]) == ("in-progress", "outbound-api")


def test_the_leg_that_it_dials_names_it_as_its_parent() -> None:
    played = simulated_api()
    story = played.returns("answer:90")
    told = played.server.at(LEG)
    assert statuses(told) == ANSWERED
    assert {each["ParentCallSid"] for each in told} == {story.sid}


def test_the_owner_may_press_another_key_or_none() -> None:
    played = simulated_api()
    played.returns("answer:90:keys=3")
    assert played.server.at(KEY)[0]["Digits"] == "3"
    silent = simulated_api()
    silent.returns("answer:90:keys=-")
    assert silent.server.at(KEY) == []
    assert silent.server.at(STATUS)[-1]["CallStatus"] == "completed"


def test_keys_are_pressed_at_one_prompt_after_another() -> None:
    again = response(
        '<Gather numDigits="1" action="/twilio/return/consent"><Say>Sure?</Say></Gather><Hangup/>'
    )
    played = simulated_api({**RETURNED, "/twilio/return/consent": [again, response()]})
    story = played.returns("answer:90", "answer:60:keys=19")
    assert [asked["Digits"] for asked in played.server.at("/twilio/return/consent")] == ["1", "9"]
    assert story.legs[0].bridged


def test_a_voicemail_of_the_owner_presses_nothing() -> None:
    played = simulated_api()
    played.returns("voicemail")
    assert played.server.at(KEY) == []


def test_a_voicemail_of_the_caller_is_not_connected() -> None:
    played = simulated_api()
    played.returns("answer:90", "voicemail")
    assert (played.server.at(DIALLED)[0]["DialCallStatus"], played.server.at(DIALLED)[0]["DialBridged"]) == (
        "completed",
        "false",
    )


def test_an_owner_who_hangs_up_on_the_words_has_ended_the_call() -> None:
    played = simulated_api()
    played.returns("decline")
    assert played.server.paths[-1] == STATUS
    assert played.server.at(KEY) == []


def test_an_owner_who_hangs_up_first_is_gone_when_the_end_of_dialling_is_told() -> None:
    played = simulated_api()
    story = played.returns("answer:90", "answer:60")
    assert story.each(ResponseIgnored) == [ResponseIgnored(DIALLED)]
    assert played.server.at(DIALLED)[0]["CallStatus"] == "completed"


def test_a_caller_who_hangs_up_first_leaves_the_owner_to_our_next_document() -> None:
    played = simulated_api()
    story = played.returns("answer:90", "answer:60:caller")
    assert story.whispered[-1] == "Goodbye."
    assert played.server.at(DIALLED)[0]["CallStatus"] == "in-progress"


def test_an_owner_may_give_up_while_the_caller_is_rung() -> None:
    played = simulated_api()
    played.returns("answer:90", "left:8")
    assert played.server.at(DIALLED)[0]["DialCallStatus"] == "canceled"
    assert statuses(played.server.at(LEG)) == ["initiated", "ringing", "canceled"]


def test_the_ringing_is_as_long_as_was_asked_and_five_seconds() -> None:
    played = simulated_api()
    assert played.returns("answer:90:after=26").status == "no-answer"
    assert simulated_api().returns("answer:90:after=24").status == "completed"


def test_documents_may_lead_on_wait_and_end() -> None:
    led_on = {
        "/twilio/return": response('<Pause length="3"/><Redirect>/twilio/elsewhere</Redirect>'),
        "/twilio/elsewhere": response("<Say>Hello.</Say><Hangup/>"),
    }
    story = simulated_api(led_on).returns("answer:90")
    assert story.whispered == ["Hello."]
    assert story.errors == []


def test_a_server_that_fails_is_complained_of_and_the_owner_hears_an_apology() -> None:
    story = simulated_api({"/twilio/return": response("<Sing/>")}).returns("answer:90")
    assert [error.code for error in story.errors] == [12200]
    assert "application error" in story.whispered[-1]


def test_calls_are_performed_one_after_another_and_people_go_on_where_they_were() -> None:
    played = simulated_api()
    expected = people("no-answer,answer:90")
    played.places()
    [first] = played.carrier.perform_queued(expected)
    played.places()
    [second] = played.carrier.perform_queued(expected)
    assert (first.status, second.status) == ("no-answer", "completed")
    assert second.started >= first.started


def test_it_is_the_same_again_for_the_same_seed() -> None:
    faults = Faults(seed=3, shuffle=True, duplicate=2, drop=0.2)
    runs = [simulated_api().returns("answer:90", faults=faults) for _ in range(2)]
    first, again = ([(sent.path, sent.fields) for sent in run.requests] for run in runs)
    assert first == again


def test_callbacks_may_be_doubled_shuffled_and_lost_as_those_of_any_call() -> None:
    doubled = simulated_api()
    doubled.returns("answer:90", faults=Faults(duplicate=2))
    assert Counter(statuses(doubled.server.at(STATUS))) == Counter(ANSWERED * 2)
    lost = simulated_api()
    lost.returns("answer:90", faults=Faults(drop=1.0))
    assert lost.server.at(STATUS) == lost.server.at(LEG) == []


def test_documents_may_be_asked_for_twice_and_all_over_again() -> None:
    played = simulated_api()
    story = played.returns("answer:90", faults=Faults(repeat=2, replay=True))
    assert len(story.sent(RequestKind.PICKED_UP)) == 3
    assert story.discrepancies == []


def test_a_call_that_was_taken_back_is_told_to_be_and_rings_nobody() -> None:
    played = simulated_api()
    played.client.end_call(played.places())
    [story] = played.carrier.perform_queued(people("answer:90"))
    assert statuses(played.server.at(STATUS)) == ["canceled"]
    assert story.status == "canceled"
