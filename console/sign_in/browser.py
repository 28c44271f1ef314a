"""What a request tells of the browser that sent it, and what is kept there between two requests."""

from __future__ import annotations

import ipaddress
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import request, session
from itsdangerous import BadSignature, URLSafeSerializer
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug import Response

from callrouter.staff.tokens import token_hash

HOME = "/console/"
LONGEST_TARGET = 1_000
"""characters of it in the cookie, which a browser drops where it has more than 4,096"""
_CHALLENGE_LASTS = timedelta(minutes=5)
_PENDING_LASTS = timedelta(minutes=10)
_MARK, _MARK_LASTS, _MOST_NAMES = "callrouter_console_browser", timedelta(days=180), 10
_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
_NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "macOS", "CrOS": "ChromeOS"}


def client_address() -> str:
    """Where the request came from, as `console/client_address.py` has found it."""
    return request.remote_addr or "unknown"


def origins_of(public_url: str) -> tuple[str, ...]:
    """Where the console is opened: at PUBLIC_URL, and at `localhost` where that is an address of this machine."""
    public = urlsplit(public_url)
    if not is_address(public.hostname or "") or not ipaddress.ip_address(public.hostname or "").is_loopback:
        return (public_url,)
    return public_url, f"{public.scheme}://localhost:{public.port}"


def own_origin(public_url: str, host: str) -> str:
    """The origin that this browser sees, by its Host header; PUBLIC_URL where that is none of ours."""
    origin = f"{urlsplit(public_url).scheme}://{host}"
    return origin if origin in origins_of(public_url) else public_url


def is_address(host: str) -> bool:
    """Whether it is a numeric address, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def browser_name() -> str:
    """Browser and system in two words, for the list of sessions."""
    agent = request.headers.get("User-Agent", "")
    found = [next((each for each in names if each in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    words = [_NAMES.get(each, each) for each in found if each]
    return " on ".join(words) or "an unknown browser"


def browser_zone(fallback: str) -> str:
    """The IANA time zone that the browser's script has filled in, or the fallback."""
    named = request.form.get("browser_zone", "")
    return named if named in available_timezones() else fallback


def one_line(text: str) -> str:
    """Typed text without control characters, which neither the database nor a page would show."""
    return "".join(character for character in text if character.isprintable()).strip()


def safe_target(target: str | None, fallback: str = HOME) -> str:
    """A path of the console to go on to, never another site."""
    text = target or ""
    parts = urlsplit(text)
    is_ours = not parts.scheme and not parts.netloc and re.fullmatch(r"/console(/[^\\\s]*|\?[^\\\s]*)?", text)
    return text if is_ours and not text.startswith("//") else fallback


def new_challenge(now: datetime) -> bytes:
    """A challenge for an authenticator, to be answered within 5 minutes in this browser."""
    challenge = secrets.token_bytes(32)
    session["challenge"] = {"value": bytes_to_base64url(challenge), "at": now.timestamp()}
    return challenge


@dataclass(frozen=True, slots=True)
class Challenge:
    """What an authenticator has to sign, and when it was made."""

    value: bytes
    made_at: datetime


def take_challenge(now: datetime) -> Challenge | None:
    """The challenge, which is used up by this; None where there is none, or it is too old."""
    kept = session.pop("challenge", None)
    if not kept or now.timestamp() - kept["at"] > _CHALLENGE_LASTS.total_seconds():
        return None
    return Challenge(base64url_to_bytes(kept["value"]), datetime.fromtimestamp(kept["at"], UTC))


def keep_pending(account: Any, target: str, now: datetime) -> None:
    """Remember that the password was right, until the code. A long target is forgotten: the cookie would be, too."""
    session["pending"] = {
        "account": account.id,
        "password": token_hash(account.password_hash).hex(),
        "target": target if len(json.dumps(target)) <= LONGEST_TARGET else HOME,
        "at": now.timestamp(),
    }


def pending(now: datetime) -> dict[str, Any] | None:
    """Whose password was right a moment ago; None: nobody's."""
    kept: dict[str, Any] | None = session.get("pending")
    if not kept or now.timestamp() - kept["at"] > _PENDING_LASTS.total_seconds():
        return None
    return kept


class KnownBrowsers:
    """The signed mark of a browser in which somebody has signed in. It proves nothing but that."""

    def __init__(self, secret_key: str, *, secure: bool) -> None:
        self._serializer = URLSafeSerializer(secret_key, salt="known browser of staff")
        self._secure = secure

    def device(self, name: str) -> bytes | None:
        """The hash of the mark where this person has signed in here before."""
        nonce = self._names().get(name)
        return token_hash(f"{name} {nonce}") if nonce else None

    def any_device(self) -> bytes | None:
        """The hash of the mark where anybody has signed in here before."""
        nonces = list(self._names().values())
        return token_hash(nonces[-1]) if nonces else None

    def mark(self, response: Response, name: str) -> None:
        """Let the browser be known as one of this person."""
        names = self._names()
        nonce = names.pop(name, None) or secrets.token_urlsafe(16)
        latest = dict([*names.items(), (name, nonce)][-_MOST_NAMES:])
        response.set_cookie(
            _MARK,
            str(self._serializer.dumps(latest)),
            max_age=_MARK_LASTS,
            path="/console",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def _names(self) -> dict[str, str]:
        try:
            read = self._serializer.loads(request.cookies.get(_MARK, ""))
        except BadSignature:
            return {}
        return read if isinstance(read, dict) else {}
