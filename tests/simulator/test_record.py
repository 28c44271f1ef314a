"""What a caller says after the tone, and what the carrier tells of it."""

import re

from simulator import Caller, CallerHangup, CallPhase, VoiceMessage
from simulator.events import CallHungUp, MessageRecorded, ResponseIgnored
from tests.simulator.scripted_server import response
from tests.simulator.simulation import ACCOUNT, Played, play, says, seconds

RECORD = (
    '<Record action="/twilio/next" maxLength="60" timeout="3" finishOnKey="#" '
    'recordingStatusCallback="/twilio/recording"/><Say>Nothing was said.</Say>'
)


def leaves(message: VoiceMessage, verbs: str = RECORD) -> Played:
    return says(verbs, Caller(message=message))


def test_a_message_ended_by_a_key_is_reported_with_the_key() -> None:
    told = leaves(VoiceMessage(12.0)).server.at("/twilio/next")[0]
    assert (told["RecordingDuration"], told["Digits"], told["CallStatus"]) == ("12", "#", "in-progress")


def test_a_message_ended_by_silence_has_no_key() -> None:
    told = leaves(VoiceMessage(12.0, ended_by="silence")).server.at("/twilio/next")[0]
    assert (told["RecordingDuration"], told["Digits"]) == ("15", "")


def test_a_key_that_does_not_finish_leaves_the_end_to_silence() -> None:
    assert leaves(VoiceMessage(12.0, key="5")).server.at("/twilio/next")[0]["Digits"] == ""


def test_a_message_is_cut_at_its_greatest_length() -> None:
    assert leaves(VoiceMessage(100.0)).server.at("/twilio/next")[0]["RecordingDuration"] == "60"


def test_the_recording_is_named_by_its_sid_in_the_account() -> None:
    told = leaves(VoiceMessage()).server.at("/twilio/next")[0]
    assert re.fullmatch("RE[0-9a-f]{32}", told["RecordingSid"])
    assert told["RecordingUrl"].endswith(f"/Accounts/{ACCOUNT.sid}/Recordings/{told['RecordingSid']}")


def test_the_recording_is_called_back_without_the_callers_number() -> None:
    played = leaves(VoiceMessage(12.0))
    told = played.server.at("/twilio/recording")[0]
    assert (told["RecordingStatus"], told["RecordingDuration"]) == ("completed", "12")
    assert told["CallSid"] == played.call.sid
    assert not {"From", "To", "Caller", "Called"} & set(told)


def test_nothing_said_goes_on_without_asking() -> None:
    played = leaves(VoiceMessage(0.0))
    assert played.call.heard == ["Nothing was said."]
    assert played.call.each(MessageRecorded) == [MessageRecorded(0, "silence")]
    assert played.server.paths == ["/twilio/voice", "/twilio/status"]


def test_nothing_said_is_called_back_as_absent_where_that_is_asked_for() -> None:
    verbs = RECORD.replace("<Record ", '<Record recordingStatusCallbackEvent="completed absent" ')
    assert leaves(VoiceMessage(0.0), verbs).server.at("/twilio/recording")[0]["RecordingStatus"] == "absent"


def test_who_hangs_up_after_the_message_is_reported_as_hangup_and_the_answer_leads_nowhere() -> None:
    played = leaves(VoiceMessage(9.0, ended_by="hangup"))
    told = played.server.at("/twilio/next")[0]
    assert (told["Digits"], told["CallStatus"], told["RecordingDuration"]) == ("hangup", "completed", "9")
    assert played.call.turns[-1].each(ResponseIgnored) == [ResponseIgnored("/twilio/next")]
    assert played.call.each(CallHungUp) == [CallHungUp("caller")]


def test_who_leaves_in_the_middle_of_a_message_is_recorded_so_far() -> None:
    played = says(RECORD, Caller(message=VoiceMessage(30.0), leaves=CallerHangup(4.0, CallPhase.RECORDING)))
    assert played.server.at("/twilio/next")[0]["RecordingDuration"] == "4"
    assert seconds(played) == 4.0


def test_without_an_action_the_same_document_is_asked_again() -> None:
    documents = {"/twilio/voice": [response("<Record/>"), response()]}
    assert play(documents).server.paths == ["/twilio/voice", "/twilio/voice", "/twilio/status"]
