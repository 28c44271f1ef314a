"""Calls and recordings as the API writes them, by Twilio's description of it (api.v2010). *Pure.*

Every field is there, null where there is nothing: times as in mail, numbers of seconds as text, and a price, once it is
known, as a negative number: it is taken off the account.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from callrouter.phone import NORTH_AMERICAN
from simulator.account import SimulatedAccount
from simulator.fields import API_VERSION
from simulator.prices import CURRENCY
from simulator.records import INBOUND, SimulatedCdr, SimulatedRecording
from simulator.rest.owned_numbers import OwnedNumber

Resource = dict[str, Any]

ORIGIN = "https://api.twilio.com"
ACCOUNTS = f"/{API_VERSION}/Accounts"
OF_A_CALL = (
    "Events",
    "Notifications",
    "Payments",
    "Recordings",
    "Siprec",
    "Streams",
    "Transcriptions",
    "UserDefinedMessageSubscriptions",
    "UserDefinedMessages",
)
OF_AN_ACCOUNT = ("Calls", "IncomingPhoneNumbers", "Recordings")
OF_A_RECORDING = ("AddOnResults", "Transcriptions")
ABSENT = 13617
"""Twilio's number for a recording in which nothing was said at all"""


def call_resource(account: str, call: SimulatedCdr, price: Decimal | None = None) -> Resource:
    uri = f"{ACCOUNTS}/{account}/Calls/{call.sid}"
    ended = call.ended_at if call.status == "completed" else None
    return {
        "sid": call.sid,
        "date_created": _time(call.made_at),
        "date_updated": _time(call.ended_at or call.started_at or call.made_at),
        "parent_call_sid": call.parent,
        "account_sid": account,
        "to": call.to,
        "to_formatted": _formatted(call.to),
        "from": call.shown,
        "from_formatted": _formatted(call.shown),
        "phone_number_sid": None,
        "status": call.status,
        "start_time": _time(call.started_at),
        "end_time": _time(ended),
        "duration": _text(call.seconds),
        "price": None if price is None else f"{-price:.5f}",
        "price_unit": CURRENCY,
        "direction": call.direction,
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": call.via,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "stir_verstat": "TN-Validation-Passed-A" if call.direction == INBOUND else None,
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {_snake(name): f"{uri}/{name}.json" for name in OF_A_CALL},
    }


def recording_resource(account: str, stored: SimulatedRecording) -> Resource:
    recording = stored.recording
    uri = f"{ACCOUNTS}/{account}/Recordings/{recording.sid}"
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "call_sid": recording.call,
        "conference_sid": None,
        "date_created": _time(recording.started),
        "date_updated": _time(recording.started),
        "start_time": _time(recording.started),
        "duration": _text(recording.seconds),
        "sid": recording.sid,
        "price": None,
        "price_unit": CURRENCY,
        "status": stored.status,
        "channels": 1,
        "source": "RecordVerb",
        "error_code": ABSENT if stored.status == "absent" else None,
        "uri": f"{uri}.json",
        "encryption_details": None,
        "subresource_uris": {_snake(name): f"{uri}/{name}.json" for name in OF_A_RECORDING},
        "media_url": f"{ORIGIN}{uri}",
    }


def account_resource(account: SimulatedAccount, status: str, opened_at: datetime) -> Resource:
    uri = f"{ACCOUNTS}/{account.sid}"
    return {
        "auth_token": account.token,
        "date_created": _time(opened_at),
        "date_updated": _time(opened_at),
        "friendly_name": "simulated",
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": status,
        "subresource_uris": {_snake(name): f"{uri}/{name}.json" for name in OF_AN_ACCOUNT},
        "type": "Full",
        "uri": f"{uri}.json",
    }


def number_resource(account: str, owned: OwnedNumber) -> Resource:
    uri = f"{ACCOUNTS}/{account}/IncomingPhoneNumbers/{owned.sid}"
    is_set = owned.settings
    return {
        "sid": owned.sid,
        "account_sid": account,
        "friendly_name": _formatted(owned.number),
        "phone_number": owned.number,
        "voice_url": is_set["voice_url"],
        "voice_method": is_set["voice_method"],
        "voice_fallback_url": is_set["voice_fallback_url"],
        "voice_fallback_method": is_set["voice_fallback_method"],
        "voice_caller_id_lookup": False,
        "voice_application_sid": is_set["voice_application_sid"],
        "voice_receive_mode": is_set["voice_receive_mode"],
        "date_created": _time(owned.bought_at),
        "date_updated": _time(owned.changed_at or owned.bought_at),
        "sms_url": "",
        "sms_method": "POST",
        "sms_fallback_url": "",
        "sms_fallback_method": "POST",
        "sms_application_sid": "",
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "status_callback": is_set["status_callback"],
        "status_callback_method": is_set["status_callback_method"],
        "api_version": API_VERSION,
        "status": "in-use",
        "type": None,
        "origin": "twilio",
        "trunk_sid": is_set["trunk_sid"] or None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "address_sid": None,
        "identity_sid": None,
        "bundle_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"assigned_add_ons": f"{uri}/AssignedAddOns.json"},
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)


def _text(seconds: int | None) -> str | None:
    return None if seconds is None else str(seconds)


def _formatted(number: str) -> str:
    """For a screen: `(310) 555-0101`; other countries' numbers stay as they are."""
    american = NORTH_AMERICAN.fullmatch(number)
    return f"({american[1]}) {american[2][:3]}-{american[2][3:]}" if american else number


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
