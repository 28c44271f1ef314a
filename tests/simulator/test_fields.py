"""Requests carry the fields of captured ones: the same names, nothing missing, nothing made up."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import Location, fields
from simulator.fields import DialFields, Fields, Parties, RecordingFields

CAPTURED = {
    kind: " ".join(names).split()
    for kind, names in json.loads((Path(__file__).parent / "captured_fields.json").read_text("utf-8")).items()
}
AT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ACCOUNT = "AC" + "5" * 32
CALL = Parties(
    ACCOUNT,
    "CA" + "1" * 32,
    "+13105550188",
    "+18445610606",
    Location("LOS ANGELES", "CA", "90001"),
    Location(),
)
LEG = Parties(
    ACCOUNT, "CA" + "2" * 32, "+18445610606", "+13105550101", Location(), Location(),
    "outbound-dial", parent=CALL.sid, via=CALL.called,
)  # fmt: skip
OUTGOING = Parties(
    ACCOUNT, "CA" + "4" * 32, CALL.called, LEG.called, Location(), Location(), "outbound-api"
)  # fmt: skip
RECORDING = RecordingFields(ACCOUNT, CALL.sid, "RE" + "3" * 32, AT, 12)
MISSED = DialFields(LEG.sid, "no-answer", bridged=False)
TALKED = DialFields(LEG.sid, "completed", bridged=True, seconds=95)

OURS = {
    "incoming": fields.incoming(CALL),
    "gathered": fields.gathered(CALL, "in-progress", "2", ""),
    "dialled, nobody answered": fields.dial_ended(CALL, "in-progress", MISSED),
    "leg status, answered": fields.leg_status(LEG, "in-progress", AT, 0, None),
    "call status, completed": fields.call_status(CALL, "completed", AT, 35),
    "outgoing, picked up": fields.picked_up(OUTGOING),
    "outgoing status, initiated": fields.outgoing_status(OUTGOING, "initiated", AT, 0, None),
    "outgoing status, completed": fields.outgoing_status(OUTGOING, "completed", AT, 3, 35),
    "recorded, the caller hung up": fields.recorded(CALL, "completed", RECORDING, "hangup"),
    "recording status": fields.recording_status(RECORDING, "completed"),
}
# Only of accounts that look names up, or that use a TwiML application.
NOT_OURS = {"CallerName", "ApplicationSid"}


def names(told: Fields) -> list[str]:
    return [name for name, _ in told]


@pytest.mark.parametrize("kind", CAPTURED)
def test_a_request_has_the_names_of_the_captured_one(kind: str) -> None:
    assert set(names(OURS[kind])) == set(CAPTURED[kind]) - NOT_OURS


@pytest.mark.parametrize("kind", ["incoming", "gathered", "dialled, nobody answered", "leg status, answered"])
def test_the_names_come_in_the_captured_order(kind: str) -> None:
    assert names(OURS[kind]) == CAPTURED[kind]


def test_no_name_comes_twice() -> None:
    assert all(len(names(told)) == len(set(names(told))) for told in OURS.values())


def test_a_dial_that_nobody_answered_has_no_duration() -> None:
    assert "DialCallDuration" not in names(fields.dial_ended(CALL, "in-progress", MISSED))


def test_a_dial_that_was_bridged_tells_how_long() -> None:
    told = dict(fields.dial_ended(CALL, "in-progress", TALKED))
    assert (told["DialBridged"], told["DialCallDuration"]) == ("true", "95")


def test_an_older_dial_does_not_tell_whether_it_was_bridged() -> None:
    assert "DialBridged" not in names(fields.dial_ended(CALL, "in-progress", TALKED, tells_bridged=False))


def test_a_leg_names_our_number_as_the_one_it_came_by_and_no_place() -> None:
    told = dict(fields.leg_status(LEG, "ringing", AT, 1, None))
    assert told["CalledVia"] == told["ForwardedFrom"] == CALL.called
    assert not [name for name in told if name.endswith(("City", "State", "Zip", "Country"))]


def test_a_leg_at_its_end_tells_seconds_and_begun_minutes() -> None:
    told = dict(fields.leg_status(LEG, "completed", AT, 3, 61))
    assert (told["CallDuration"], told["Duration"], told["SipResponseCode"]) == ("61", "2", "200")


def test_a_caller_who_is_not_on_the_telephone_network_has_no_place() -> None:
    caller = Parties(ACCOUNT, CALL.sid, "sip:a@b.example", CALL.called, None, Location())
    assert "FromState" not in names(fields.incoming(caller))


def test_times_are_written_as_in_mail() -> None:
    assert (
        dict(fields.call_status(CALL, "completed", AT, 1))["Timestamp"] == "Wed, 04 Mar 2026 15:00:00 +0000"
    )
