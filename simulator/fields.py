"""What the carrier's requests carry: the fields of captured requests, with this call's values. *Pure.*

A function for each kind of request. What a captured request of the kind did not have is absent here too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from simulator.behavior import Location

Fields = list[tuple[str, str]]

API_VERSION = "2010-04-01"
API = f"https://api.twilio.com/{API_VERSION}"
CALL_TOKEN = "%7B%22parentCallInfoToken%22%3A%22c2ltdWxhdGVk%22%2C%22identityHeaderTokens%22%3A%5B%5D%7D"  # noqa: S105
"""Opaque to us; written with percent signs as the real one is, which a careless signature check decodes."""


def _order(names: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.split())}


ORDER = _order(
    "msg Called Digits ToState DialCallStatus ParentCallSid CallerCountry Direction Timestamp CallbackSource "
    "SipResponseCode CallerState ToZip SequenceNumber DialCallSid CallSid To CallerZip ToCountry StirVerstat "
    "StirStatus CallToken FinishedOnKey CalledZip ApiVersion CalledCity CallStatus Duration From DialBridged "
    "DialCallDuration CallDuration AccountSid CalledCountry CalledVia CallerCity ToCity FromCountry Caller "
    "FromCity CalledState FromZip FromState ForwardedFrom RecordingUrl RecordingDuration RecordingSid "
    "ErrorCode ErrorUrl"
)
"""In which the carrier sends them: not by name, nor by meaning, and no two libraries would sort them so."""

LEG_STATUS_ORDER = _order(
    "ApiVersion Called ParentCallSid CallStatus From Direction Timestamp Duration SipResponseCode AccountSid "
    "CallbackSource CalledVia Caller CallDuration SequenceNumber CallSid To ForwardedFrom"
)

RECORDING_ORDER = _order(
    "RecordingSource RecordingSid RecordingUrl RecordingStatus RecordingChannels ErrorCode CallSid "
    "RecordingStartTime AccountSid RecordingDuration"
)

SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}


@dataclass(frozen=True)
class Parties:
    """A call, or a leg of one, as its requests name it; a place that is None goes without its fields."""

    account: str
    sid: str
    caller: str = field(repr=False)
    called: str
    caller_place: Location | None
    called_place: Location | None
    direction: str = "inbound"
    parent: str | None = None
    via: str | None = None


@dataclass(frozen=True)
class DialFields:
    """How a `<Dial>` ended. `seconds` count from the answer, whisper included; None without one."""

    leg: str
    status: str
    bridged: bool
    seconds: int | None = None


@dataclass(frozen=True)
class RecordingFields:
    """A recording of the carrier's."""

    account: str
    call: str
    sid: str
    started: datetime
    seconds: int

    @property
    def url(self) -> str:
        return f"{API}/Accounts/{self.account}/Recordings/{self.sid}"


def incoming(call: Parties) -> Fields:
    """Somebody calls one of our numbers."""
    return _ordered(
        {**_call(call, "ringing"), "StirVerstat": "TN-Validation-Passed-A", "CallToken": CALL_TOKEN}
    )


def picked_up(call: Parties) -> Fields:
    """Somebody picked up a call that we had placed, and the first document is asked for."""
    signed = {"StirVerstat": "TN-Validation-Passed-A", "StirStatus": "A"}
    return _ordered({**_call(call, "in-progress"), **signed})


def call_in_progress(call: Parties, status: str) -> Fields:
    """A document is asked for without anything to report: after a `<Redirect>`, or for a whisper."""
    return _ordered(_call(call, status))


def gathered(call: Parties, status: str, digits: str, finished_on: str) -> Fields:
    """The keys of a `<Gather>`; `finished_on` is empty when their number, or silence, ended it."""
    return _ordered(
        {**_call(call, status), "msg": "Gather End", "Digits": digits, "FinishedOnKey": finished_on}
    )


def dial_ended(call: Parties, status: str, result: DialFields, *, tells_bridged: bool = True) -> Fields:
    """The end of a `<Dial>`. An older kind of request does not tell whether the two were bridged."""
    values = {**_call(call, status), "DialCallStatus": result.status, "DialCallSid": result.leg}
    if tells_bridged:
        values["DialBridged"] = "true" if result.bridged else "false"
    if result.seconds is not None:
        values["DialCallDuration"] = str(result.seconds)
    return _ordered(values)


def recorded(call: Parties, status: str, recording: RecordingFields, digits: str) -> Fields:
    """The end of a `<Record>`; `digits` is the key that ended it, or `hangup`."""
    values = {**_call(call, status), "Digits": digits, "RecordingSid": recording.sid}
    return _ordered({**values, "RecordingUrl": recording.url, "RecordingDuration": str(recording.seconds)})


def document_failed(call: Parties, status: str, code: int, url: str) -> Fields:
    """The fallback is asked, because a document could not be had from `url`."""
    return _ordered({**_call(call, status), "ErrorCode": str(code), "ErrorUrl": url})


def call_status(call: Parties, status: str, at: datetime, seconds: int) -> Fields:
    """The number's status callback, at the end of the call."""
    return _ordered({**_call(call, status), **_progress(at, 0), **_durations(seconds)})


def outgoing_status(call: Parties, status: str, at: datetime, sequence: int, seconds: int | None) -> Fields:
    """The progress of a call that we had placed; `seconds` at its end."""
    values = {**_call(call, status), **_progress(at, sequence)}
    if seconds is not None:
        values |= {**_durations(seconds), "SipResponseCode": SIP_CODES[status]}
    return _ordered(values)


def leg_status(leg: Parties, status: str, at: datetime, sequence: int, seconds: int | None) -> Fields:
    """The progress of a called leg: no places, our own number as the one that it is called via."""
    values = {**_names(leg, status), **_progress(at, sequence)}
    if seconds is not None:
        values |= {**_durations(seconds), "SipResponseCode": SIP_CODES[status]}
    return _ordered(values, LEG_STATUS_ORDER)


def recording_status(recording: RecordingFields, status: str) -> Fields:
    """A recording is there, or was empty (`absent`). It names neither caller nor number."""
    return _ordered(
        {
            "RecordingSource": "RecordVerb",
            "RecordingSid": recording.sid,
            "RecordingUrl": recording.url,
            "RecordingStatus": status,
            "RecordingChannels": "1",
            "ErrorCode": "0",
            "CallSid": recording.call,
            "RecordingStartTime": format_datetime(recording.started),
            "AccountSid": recording.account,
            "RecordingDuration": str(recording.seconds),
        },
        RECORDING_ORDER,
    )


def _call(call: Parties, status: str) -> dict[str, str]:
    return {
        **_names(call, status),
        **_place(("From", "Caller"), call.caller_place),
        **_place(("To", "Called"), call.called_place),
    }


def _names(call: Parties, status: str) -> dict[str, str]:
    names = {"AccountSid": call.account, "ApiVersion": API_VERSION, "CallSid": call.sid, "CallStatus": status}
    names |= {"From": call.caller, "Caller": call.caller, "To": call.called, "Called": call.called}
    names["Direction"] = call.direction
    if call.parent is not None:
        names["ParentCallSid"] = call.parent
    if call.via is not None:
        names |= {"CalledVia": call.via, "ForwardedFrom": call.via}
    return names


def _place(prefixes: tuple[str, str], place: Location | None) -> dict[str, str]:
    if place is None:
        return {}
    parts = {"City": place.city, "State": place.state, "Zip": place.zip, "Country": place.country}
    return {prefix + part: value for prefix in prefixes for part, value in parts.items()}


def _progress(at: datetime, sequence: int) -> dict[str, str]:
    return {
        "Timestamp": format_datetime(at),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }


def _durations(seconds: int) -> dict[str, str]:
    """Seconds, and what is billed: begun minutes."""
    return {"CallDuration": str(seconds), "Duration": str(math.ceil(seconds / 60))}


def _ordered(values: Mapping[str, str], order: Mapping[str, int] = ORDER) -> Fields:
    return sorted(values.items(), key=lambda named: order[named[0]])
