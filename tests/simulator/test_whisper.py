"""What a center hears before it is connected, and what its answer does."""

import pytest

from simulator import Caller, CallerHangup, CallPhase, Faults, center_behaviors
from tests.simulator.ringing import SCREENED, WHISPER, dialled, leg_statuses, rings
from tests.simulator.scripted_server import response
from tests.simulator.simulation import HELPLINE, SUNRISE, play


def test_the_center_hears_the_whisper_and_the_caller_does_not() -> None:
    turn = rings("answer:9").call.turns[0]
    assert turn.whispered == ["A call. Press 1."]
    assert turn.heard == ["Connecting you."]


def test_the_whisper_is_asked_for_in_the_name_of_the_leg() -> None:
    played = rings("answer:9")
    asked, leg = played.server.at("/twilio/whisper")[0], played.call.legs[0]
    assert (asked["CallSid"], asked["ParentCallSid"]) == (leg.leg, played.call.sid)
    assert (asked["From"], asked["To"], asked["Direction"]) == (HELPLINE, SUNRISE, "outbound-dial")
    assert asked["CallStatus"] == "in-progress"


def test_the_key_pressed_at_the_whisper_is_told_in_the_name_of_the_leg() -> None:
    played = rings("answer:9:key=2")
    asked = played.server.at("/twilio/screened")[0]
    assert (asked["CallSid"], asked["Digits"]) == (played.call.legs[0].leg, "2")


def test_the_end_of_the_whisper_connects() -> None:
    assert rings("answer:9", whisper="<Say>A call.</Say>").call.legs[0].bridged


def test_hanging_up_in_the_whisper_refuses() -> None:
    assert dialled(rings("answer:9", screened="<Hangup/>"))["DialBridged"] == "false"


def test_a_center_that_hangs_up_on_the_whisper_is_not_connected() -> None:
    played = rings("decline")
    assert not played.call.legs[0].bridged
    assert "/twilio/screened" not in played.server.paths


def test_a_wrong_key_may_be_asked_again() -> None:
    documents = SCREENED | {"/twilio/screened": [response(WHISPER), response()]}
    played = play(documents, centers={SUNRISE: center_behaviors("answer:9:key=3")})
    assert [a["Digits"] for a in played.server.at("/twilio/screened")] == ["3", "3"]
    assert played.call.legs[0].bridged


@pytest.mark.parametrize(
    "verb", ["<Dial>+13105550102</Dial>", "<Record/>", "<Redirect>/x</Redirect>", "<Pause/>"]
)
def test_a_whisper_may_only_speak_listen_and_hang_up(verb: str) -> None:
    played = rings("answer:9", whisper=verb)
    assert [error.code for error in played.call.errors] == [13201]
    assert not played.call.legs[0].bridged


def test_a_whisper_that_is_not_valid_connects_nobody_and_asks_no_fallback() -> None:
    played = rings("answer:9", whisper="<Sing/>")
    assert [(error.code, error.path) for error in played.call.errors] == [(12200, "/twilio/whisper")]
    assert "/twilio/fallback" not in played.server.paths
    assert dialled(played)["DialBridged"] == "false"


def test_a_whisper_that_leads_back_to_itself_ends_with_nobody_connected() -> None:
    played = rings("answer:9", whisper='<Gather numDigits="1"/>')
    assert not played.call.legs[0].bridged


def test_a_voicemail_without_a_whisper_is_connected_as_a_person_would_be() -> None:
    assert rings("voicemail", voice=f"<Dial>{SUNRISE}</Dial>").call.legs[0].bridged


def test_who_leaves_while_the_center_listens_has_left_a_ringing_call() -> None:
    played = rings("answer:9", Caller(leaves=CallerHangup(7.0, CallPhase.RINGING)))
    assert leg_statuses(played) == ["initiated", "ringing", "in-progress", "canceled"]
    told = dialled(played)
    assert (told["DialCallStatus"], told["DialBridged"], told["CallStatus"]) == (
        "canceled",
        "false",
        "completed",
    )


def test_a_leg_that_was_picked_up_when_the_caller_left_may_be_called_completed() -> None:
    leaves, faults = Caller(leaves=CallerHangup(7.0, CallPhase.RINGING)), Faults(left_whisper="completed")
    told = dialled(rings("answer:9", leaves, faults))
    assert (told["DialCallStatus"], told["DialBridged"], told["DialCallDuration"]) == (
        "completed",
        "false",
        "1",
    )
