"""Requests to the provider whose answers have not come yet. The browser keeps them, in its signed cookie."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request, session

from console.sign_in.browser import HOME, own_origin
from console.sign_in.identity_provider import AuthorizationRequest

RETURN_PATH = "/console/sign-in/provider/return"
"""which the provider is told as the address to return to, after PUBLIC_URL"""
_LASTS = timedelta(minutes=10)
_MOST, _LARGEST, _LONGEST_TARGET = 3, 2_000, 1_400
"""requests, so that several tabs can sign in; and characters, because a browser drops a cookie of more than 4 KB"""
_KEY = "provider"


@dataclass(frozen=True, slots=True)
class SignInPurpose:
    """What the answer is for: signing in and going on to `target`, an invitation, or a fresh proof."""

    target: str
    invitation: str = ""
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request whose answer has come, and what it was for."""

    asked: AuthorizationRequest
    purpose: SignInPurpose


def new_request(purpose: SignInPurpose, public_url: str, now: datetime) -> AuthorizationRequest:
    """A request that this browser may be answered once, within 10 minutes."""
    asked = AuthorizationRequest(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        return_to=own_origin(public_url, request.host) + RETURN_PATH,
        is_fresh=purpose.confirms,
    )
    kept = _kept() | {asked.state: _written(asked, purpose, now)}
    session[_KEY] = _latest(kept)
    return asked


def take_request(state: str, now: datetime) -> PendingRequest | None:
    """The request with this state, which is used up by this; None where this browser has made none, or long ago."""
    others = _kept()
    found = others.pop(state, None)
    session[_KEY] = others
    if found is None or not 0 <= now.timestamp() - found["at"] < _LASTS.total_seconds():
        return None
    purpose = SignInPurpose(found["target"], found["invitation"], found["confirms"])
    asked = AuthorizationRequest(
        state, found["nonce"], found["verifier"], found["return_to"], purpose.confirms
    )
    return PendingRequest(asked, purpose)


def _latest(kept: dict[str, Any]) -> dict[str, Any]:
    """As many of the latest as the cookie has room for, and always the last one."""
    latest = sorted(kept.items(), key=lambda each: each[1]["at"])[-_MOST:]
    while len(latest) > 1 and len(json.dumps(latest)) > _LARGEST:
        del latest[0]
    return dict(latest)


def _kept() -> dict[str, Any]:
    return dict(session.get(_KEY) or {})


def _written(asked: AuthorizationRequest, purpose: SignInPurpose, now: datetime) -> dict[str, Any]:
    return {
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "return_to": asked.return_to,
        "target": purpose.target if len(purpose.target) <= _LONGEST_TARGET else HOME,
        "invitation": purpose.invitation,
        "confirms": purpose.confirms,
        "at": now.timestamp(),
    }
