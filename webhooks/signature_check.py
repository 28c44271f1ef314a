"""Checks the signature and the shape of the carrier's requests before anything else reads them.

A bad signature is a 403 and a bad shape is a 400; neither writes anything. The signature covers no time and no
boundaries between fields (`a=bc` signs like `ab=c`). So the shape is checked as well, and a replayed request must be
harmless.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

from callrouter.calls.turn import Callback
from callrouter.carrier.signature import signed_by

_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_OF_A_RETURN_CALL = re.compile(r"/twilio/return/(CA[0-9a-f]{32})/")
_ABOUT_A_LEG = ("/twilio/leg/", "/twilio/whisper/", "/twilio/taken/")
_MOST_BYTES = 65_536
_MOST_FIELDS = 200
_PLAIN = {
    "CallStatus": re.compile(r"[a-z-]{0,20}"),
    "ParentCallSid": re.compile(r"|CA[0-9a-f]{32}"),
    "DialCallSid": re.compile(r"|CA[0-9a-f]{32}"),
    "RecordingSid": re.compile(r"|RE[0-9a-f]{32}"),
    "DialBridged": re.compile(r"|true|false"),
    "Digits": re.compile(r"|hangup|[0-9*#]{1,32}"),
    "To": re.compile(r".{0,256}"),
    "From": re.compile(r".{0,256}"),
    **dict.fromkeys(
        ("CallDuration", "Duration", "DialCallDuration", "RecordingDuration", "SequenceNumber"),
        re.compile(r"-?[0-9]{0,9}"),
    ),
}


@dataclass(frozen=True)
class RequestRejected(Exception):
    """The request is rejected. Nothing was written."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class Account:
    """The account whose requests we accept, our public origin, and the tokens that sign the requests."""

    sid: str
    tokens: tuple[str, ...]
    origin: str


def checked(account: Account, path: str, query: str, body: bytes, signature: str) -> Callback:
    """Return the callback in a request. Raises RequestRejected (403 for the signature, 400 for the shape).

    `path` is the decoded path and `query` the raw query. `Host` and `X-Forwarded-*` are ignored.
    """
    fields = _form(body)
    target = path if path.isascii() and path.replace("/", "").isalnum() else quote(path, safe="/~")
    url = account.origin + target + (f"?{query}" if query else "")
    if not signature or not signed_by(account.tokens, url, fields, signature):
        raise RequestRejected(403, "the signature is missing or not ours")
    named = _of_our_shape(account, fields, body)
    return Callback(_call_of(path, named), named)


def _form(body: bytes) -> list[tuple[str, str]]:
    """Parse form fields like `urllib.parse.parse_qsl`, but faster: most fields need no decoding."""
    pairs = [part.partition("=") for part in body.decode("utf-8", "replace").split("&") if part]
    return [(_plain(name), _plain(value)) for name, _, value in pairs]


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _call_of(path: str, named: dict[str, str]) -> str:
    """The CallSid of the caller's call. Only callbacks of a leg name it as their parent.

    A return call has the original call's CallSid in its URL.
    """
    if returned := _OF_A_RETURN_CALL.match(path):
        return returned[1]
    if path.startswith(_ABOUT_A_LEG):
        return named.get("ParentCallSid") or named["CallSid"]
    return named["CallSid"]


def _of_our_shape(account: Account, fields: list[tuple[str, str]], body: bytes) -> dict[str, str]:
    named = dict(fields)
    if len(named) != len(fields) or len(fields) > _MOST_FIELDS or len(body) > _MOST_BYTES:
        raise RequestRejected(400, "repeated, too many or too large fields")
    if named.get("AccountSid") != account.sid:
        raise RequestRejected(403, "the request is of another account")
    if not _CALL_SID.fullmatch(named.get("CallSid", "")):
        raise RequestRejected(400, "CallSid is not one")
    for name in _PLAIN.keys() & named.keys():
        if not _PLAIN[name].fullmatch(named[name]):
            raise RequestRejected(400, f"{name} is not plausible")
    if b"%00" in body or b"\0" in body:
        raise RequestRejected(400, "a field holds a NUL")
    return named
