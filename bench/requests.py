"""Signed requests of the carrier, as bytes, with a CallSid of its own for each call."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from callrouter.carrier.signature import sign

CALLERS = 5_000
"""how many different telephones call"""


def arrival(account: str, origin: str, sid: str, dialled: str, caller: str) -> list[tuple[str, str]]:
    """The fields of an incoming call, as captured from the carrier."""
    place = [("City", "LOS ANGELES"), ("State", "CA"), ("Zip", "91604"), ("Country", "US")]
    return [
        ("CallSid", sid),
        ("AccountSid", account),
        ("From", caller),
        ("To", dialled),
        ("Caller", caller),
        ("Called", dialled),
        ("CallStatus", "ringing"),
        ("ApiVersion", "2010-04-01"),
        ("Direction", "inbound"),
        ("StirVerstat", "TN-Validation-Passed-A"),
        ("CallToken", "%7B%22parentCallInfoToken%22%3A%22eyJhbGciOiJFUzI1NiJ9.e30.c2ln%22%7D"),
        *((f"{who}{what}", value) for who in ("From", "Caller") for what, value in place),
        *((f"{who}{what}", "") for who in ("To", "Called") for what, _ in place[:3]),
        ("ToCountry", "US"),
        ("CalledCountry", "US"),
    ]


def request(token: str, origin: str, path: str, fields: list[tuple[str, str]]) -> bytes:
    """One signed request, ready to be sent."""
    body = urlencode(fields).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {origin.split('//')[1]}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {sign(token, origin + path, fields)}\r\n\r\n"
    )
    return head.encode() + body


def new_sids(count: int) -> list[str]:
    """CallSids that nobody has used."""
    return ["CA" + secrets.token_hex(16) for _ in range(count)]


def a_caller(index: int) -> str:
    """A caller's number in California; there are `CALLERS` of them."""
    return f"+1310555{index % CALLERS:04d}"


def arrivals(account: str, token: str, origin: str, dialled: str, sids: list[str]) -> list[bytes]:
    """The incoming calls of these CallSids."""
    return [
        request(token, origin, "/twilio/voice", arrival(account, origin, sid, dialled, a_caller(index)))
        for index, sid in enumerate(sids)
    ]


def greetings_heard(account: str, token: str, origin: str, dialled: str, sids: list[str]) -> list[bytes]:
    """The requests after the greeting, without a key: each takes a decision."""
    made = []
    for index, sid in enumerate(sids):
        fields = arrival(account, origin, sid, dialled, a_caller(index))
        there = [(name, "in-progress" if name == "CallStatus" else value) for name, value in fields]
        made.append(request(token, origin, "/twilio/menu/1", there))
    return made
