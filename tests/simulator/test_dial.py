"""Which requests arrive when a center is rung, in which order and with what: each row of the table."""

import re

import pytest

from simulator import Caller, Faults, center_behavior
from simulator.events import CallHungUp, ResponseIgnored
from tests.simulator.ringing import dial, dialled, leg_statuses, number, rings
from tests.simulator.scripted_server import response
from tests.simulator.simulation import CALLER, HELPLINE, SUNRISE, play, seconds

LEG, WHISPER, SCREENED, DIALLED = "/twilio/leg", "/twilio/whisper", "/twilio/screened", "/twilio/dialled"


def test_no_answer() -> None:
    played = rings("no-answer")
    assert leg_statuses(played) == ["initiated", "ringing", "no-answer"]
    assert dialled(played) == {
        "DialCallStatus": "no-answer",
        "DialBridged": "false",
        "DialCallDuration": "absent",
        "CallStatus": "in-progress",
    }
    assert played.call.heard == ["Connecting you.", "Goodbye."]


@pytest.mark.parametrize("what", ["busy", "failed"])
def test_busy_or_failed(what: str) -> None:
    played = rings(what)
    assert leg_statuses(played) == ["initiated", what]
    assert dialled(played) == {
        "DialCallStatus": what,
        "DialBridged": "false",
        "DialCallDuration": "absent",
        "CallStatus": "in-progress",
    }
    assert played.call.heard[-1] == "Goodbye."


def test_answered_with_key_1_and_the_center_hangs_up() -> None:
    played = rings("answer:90")
    assert played.server.paths[1:] == [
        LEG, LEG, LEG, WHISPER, SCREENED, LEG, DIALLED, "/twilio/status",
    ]  # fmt: skip
    assert leg_statuses(played) == ["initiated", "ringing", "in-progress", "completed"]
    assert dialled(played)["DialBridged"] == "true"
    assert dialled(played)["CallStatus"] == "in-progress"
    assert played.call.heard[-1] == "Goodbye."


def test_the_length_of_a_leg_counts_from_the_answer_with_the_whisper_in_it() -> None:
    played = rings("answer:90")
    whisper = 4 / 2.5 + 1.5
    assert dialled(played)["DialCallDuration"] == str(round(whisper + 90)) == "93"


def test_answered_with_key_1_and_the_caller_hangs_up() -> None:
    played = rings("answer:90:caller")
    assert leg_statuses(played)[-1] == "completed"
    assert dialled(played) == {
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "DialCallDuration": "93",
        "CallStatus": "completed",
    }
    assert "Goodbye." not in played.call.heard
    assert played.call.each(ResponseIgnored) == [ResponseIgnored("/twilio/dialled")]
    assert played.server.at("/twilio/status")[0]["CallStatus"] == "completed"


@pytest.mark.parametrize("who", ["voicemail", "answer:90:key=-", "decline"])
def test_a_voicemail_or_a_person_who_presses_nothing_or_hangs_up(who: str) -> None:
    played = rings(who)
    assert leg_statuses(played) == ["initiated", "ringing", "in-progress", "completed"]
    assert len(played.server.at(WHISPER)) == 1
    told = dialled(played)
    assert (told["DialCallStatus"], told["DialBridged"], told["CallStatus"]) == (
        "completed",
        "false",
        "in-progress",
    )
    assert told["DialCallDuration"] != "absent"
    assert played.call.heard[-1] == "Goodbye."


def test_the_caller_leaves_while_it_rings() -> None:
    played = rings("left:8")
    assert leg_statuses(played) == ["initiated", "ringing", "canceled"]
    assert dialled(played) == {
        "DialCallStatus": "canceled",
        "DialBridged": "false",
        "DialCallDuration": "absent",
        "CallStatus": "completed",
    }
    assert played.server.paths[-2:] == [DIALLED, "/twilio/status"]
    assert played.call.each(CallHungUp) == [CallHungUp("caller")]


def test_a_leg_whose_caller_left_may_be_called_unanswered() -> None:
    played = rings("left:8", faults=Faults(left_leg="no-answer"))
    assert leg_statuses(played)[-1] == dialled(played)["DialCallStatus"] == "no-answer"


def test_a_center_is_rung_five_seconds_longer_than_the_document_says() -> None:
    assert rings("no-answer").call.legs[0].rang == 25.0


@pytest.mark.parametrize(("timeout", "rang"), [("1", 10.0), ("9", 14.0), ("900", 605.0)])
def test_the_ringing_has_a_least_and_a_greatest_length(timeout: str, rang: float) -> None:
    played = rings("no-answer", voice=f'<Dial timeout="{timeout}">{SUNRISE}</Dial>')
    assert played.call.legs[0].rang == rang


def test_who_picks_up_in_the_five_seconds_on_top_has_picked_up() -> None:
    assert rings("answer:60:after=24").call.legs[0].bridged


def test_who_picks_up_too_late_has_not_picked_up() -> None:
    assert dialled(rings("answer:60:after=26"))["DialCallStatus"] == "no-answer"


def test_the_leg_has_a_name_of_its_own_and_names_its_call() -> None:
    played = rings("answer:90")
    told = played.server.at(LEG)
    assert {t["ParentCallSid"] for t in told} == {played.call.sid}
    assert len({t["CallSid"] for t in told} | {played.server.at(DIALLED)[0]["DialCallSid"]}) == 1
    assert re.fullmatch("CA[0-9a-f]{32}", told[0]["CallSid"])
    assert (told[0]["From"], told[0]["To"], told[0]["Direction"]) == (HELPLINE, SUNRISE, "outbound-dial")


def test_only_the_events_asked_for_are_told_and_numbered() -> None:
    played = rings("answer:90", voice=dial(number(events="answered completed")))
    told = [(t["CallStatus"], t["SequenceNumber"]) for t in played.server.at(LEG)]
    assert told == [("in-progress", "0"), ("completed", "1")]


def test_without_events_only_the_end_is_told() -> None:
    played = rings("busy", voice=dial(f'<Number statusCallback="/twilio/leg">{SUNRISE}</Number>'))
    assert leg_statuses(played) == ["busy"]


def test_verbs_after_a_dial_with_an_action_are_not_reached() -> None:
    played = rings("busy", voice=dial(number()) + "<Say>Never.</Say>")
    assert "Never." not in played.call.heard


def test_without_an_action_the_next_verb_follows() -> None:
    played = rings("busy", voice=f"<Dial><Number>{SUNRISE}</Number></Dial><Say>Still here.</Say>")
    assert played.call.heard == ["Still here."]


def test_without_an_action_nothing_follows_when_the_caller_has_left() -> None:
    played = rings("answer:9:caller", voice=f"<Dial>{SUNRISE}</Dial><Say>Still here.</Say>")
    assert played.call.heard == []
    assert played.server.paths == ["/twilio/voice", "/twilio/status"]


def test_a_number_may_stand_in_the_dial_itself_and_a_sip_address_may_be_rung() -> None:
    sip = "sip:desk@sunrise.example"
    assert rings("answer:9", voice=f"<Dial>{SUNRISE}</Dial>").call.legs[0].bridged
    assert rings("busy", voice=f"<Dial><Sip>{sip}</Sip></Dial>").call.legs[0].number == sip


@pytest.mark.parametrize("shown", [HELPLINE, CALLER])
def test_a_center_may_be_shown_either_number_of_the_call(shown: str) -> None:
    played = rings("answer:9", voice=f'<Dial callerId="{shown}">{SUNRISE}</Dial>')
    assert (played.call.legs[0].shown, played.call.legs[0].bridged) == (shown, True)


def test_a_center_sees_the_caller_unless_the_document_says_otherwise() -> None:
    assert rings("answer:9", voice=f"<Dial>{SUNRISE}</Dial>").call.legs[0].shown == CALLER


def test_any_other_number_shown_makes_the_leg_fail() -> None:
    played = rings("answer:9", voice=dial(number()).replace(HELPLINE, "+12025550100"))
    assert [error.code for error in played.call.errors] == [13214]
    assert dialled(played)["DialCallStatus"] == "failed"


def test_a_talk_ends_at_its_time_limit() -> None:
    played = rings("answer:9000", voice=dial(f"<Number>{SUNRISE}</Number>", 'timeLimit="600"'))
    assert dialled(played)["DialCallDuration"] == "600"


def test_a_dial_in_front_may_answer_the_call_only_when_the_two_are_connected() -> None:
    voice = dial(number(), 'answerOnBridge="true"')
    assert dialled(rings("busy", voice=voice))["CallStatus"] == "ringing"
    assert dialled(rings("answer:9", voice=voice))["CallStatus"] == "in-progress"


def test_a_greeting_answers_the_call_whatever_the_dial_says() -> None:
    voice = "<Say>Hello.</Say>" + dial(number(), 'answerOnBridge="true"')
    assert dialled(rings("busy", voice=voice))["CallStatus"] == "in-progress"


def test_an_older_payload_does_not_tell_whether_the_two_were_connected() -> None:
    assert dialled(rings("answer:9", faults=Faults(tells_bridged=False)))["DialBridged"] == "absent"


def test_a_center_may_do_something_else_each_time() -> None:
    documents = {
        "/twilio/voice": response(dial(f"<Number>{SUNRISE}</Number>")),
        "/twilio/dialled": [response(dial(f"<Number>{SUNRISE}</Number>")), response()],
    }
    does = [center_behavior("no-answer"), center_behavior("answer:30")]
    call = play(documents, centers={SUNRISE: does}).call
    assert [leg.status for leg in call.legs] == ["no-answer", "completed"]


def test_a_center_that_nothing_is_known_of_does_not_answer() -> None:
    assert play({"/twilio/voice": response("<Dial>+12025550177</Dial>")}).call.legs[0].status == "no-answer"


def test_five_minutes_of_talk_pass_at_once_on_the_clock_of_the_call() -> None:
    played = rings("answer:300", Caller())
    assert seconds(played) > 300
    assert played.call.duration > 300
