"""Signed requests of the carrier, as bytes, and what each answer must hold to be the one that is measured."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

from bench.directory import DIALLED
from callrouter.carrier.signature import sign
from simulator.behavior import Location
from simulator.fields import (
    DialFields,
    Fields,
    Parties,
    call_in_progress,
    call_status,
    dial_ended,
    incoming,
    leg_status,
)

ACCOUNT = "AC" + "1" * 32
TOKEN = "2" * 32
TALK_SECONDS = 120
CARRIER_SECONDS = TALK_SECONDS + 30
LEG_EVENTS = ("initiated", "ringing", "in-progress", "completed")

GREETS = b"/twilio/menu/1"
RINGS = b"<Dial "
IS_SILENT = b"<Response />"
IS_NOTED = b"HTTP/1.1 204"

_numbers = count()


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent about a call, and what the answer holds where the work was really done."""

    call: str
    sent: bytes
    answer: bytes


class Carrier:
    """Makes the requests of calls to one helpline, for the server at `origin`."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._host = origin.removeprefix("http://")

    def arrivals(self, sids: Sequence[str], answer: bytes = GREETS) -> list[Request]:
        """The calls come in."""
        return [self._request(call.sid, "/voice", incoming(call), answer) for call in _calls(sids)]

    def greetings_heard(self, sids: Sequence[str]) -> list[Request]:
        """The greeting was heard to its end, without a key: each takes a decision."""
        return [
            self._request(call.sid, "/menu/1", call_in_progress(call, "in-progress"), RINGS)
            for call in _calls(sids)
        ]

    def legs_proceed(self, sids: Sequence[str], status: str) -> list[Request]:
        """The called legs are rung, answered, or over."""
        seconds = TALK_SECONDS if status == "completed" else None
        sequence, now = LEG_EVENTS.index(status), datetime.now(UTC)
        return [
            self._request(sid, "/leg/1", leg_status(_leg(sid), status, now, sequence, seconds), IS_NOTED)
            for sid in sids
        ]

    def dials_end(self, sids: Sequence[str]) -> list[Request]:
        """Caller and center have talked; the caller hung up."""
        return [
            self._request(call.sid, "/dialled/2", dial_ended(call, "completed", _talked(call.sid)), IS_SILENT)
            for call in _calls(sids)
        ]

    def calls_end(self, sids: Sequence[str]) -> list[Request]:
        """The number's status callback."""
        now = datetime.now(UTC)
        return [
            self._request(call.sid, "/status", call_status(call, "completed", now, CARRIER_SECONDS), IS_NOTED)
            for call in _calls(sids)
        ]

    def _request(self, sid: str, path: str, fields: Fields, answer: bytes) -> Request:
        body = urlencode(fields).encode()
        head = (
            f"POST /twilio{path} HTTP/1.1\r\nHost: {self._host}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"Content-Length: {len(body)}\r\n"
            f"X-Twilio-Signature: {sign(TOKEN, f'{self._origin}/twilio{path}', fields)}\r\n\r\n"
        )
        return Request(sid, head.encode() + body, answer)


def new_sids(how_many: int) -> list[str]:
    """CallSids that nobody has used; each ends in a number of its own, for its caller."""
    return [f"CA{secrets.token_hex(12)}{next(_numbers):08x}" for _ in range(how_many)]


def _calls(sids: Sequence[str]) -> list[Parties]:
    return [_call(sid) for sid in sids]


def _call(sid: str) -> Parties:
    return Parties(
        account=ACCOUNT,
        sid=sid,
        caller=_caller(sid),
        called=DIALLED,
        caller_place=Location("LOS ANGELES", "CA", "91604"),
        called_place=Location(),
    )


def _leg(sid: str) -> Parties:
    return Parties(
        account=ACCOUNT,
        sid=_leg_sid(sid),
        caller=DIALLED,
        called="+12125550100",
        caller_place=None,
        called_place=None,
        direction="outbound-dial",
        parent=sid,
        via=DIALLED,
    )


def _talked(sid: str) -> DialFields:
    return DialFields(_leg_sid(sid), "completed", bridged=True, seconds=TALK_SECONDS)


def _leg_sid(sid: str) -> str:
    return "CA" + sid[:1:-1]


def _caller(sid: str) -> str:
    """A number in California; nobody calls twice."""
    return f"+1310{2_000_000 + int(sid[-8:], 16)}"
