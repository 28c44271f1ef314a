"""Passkeys (WebAuthn). One is two factors: the device, and its PIN or fingerprint, which we require.

A passkey belongs to a host name, so an address like http://127.0.0.1:8000 has none; http://localhost:8000 has.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from callrouter.staff.credentials import NewPasskey
from console.sign_in.browser import is_address, one_line, origins_of

_LONGEST = 20_000
"""characters of an answer of an authenticator"""
_LONGEST_NAME = 60
_KNOWN_TRANSPORTS = {"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}
REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """To whom a passkey is bound: the host name, and the origin that the browser reports."""

    id: str
    origin: str


def relying_party(public_url: str, host: str) -> RelyingParty | None:
    """The one of a request to this Host; None where passkeys cannot be used there."""
    origin = f"{urlsplit(public_url).scheme}://{host}"
    name = urlsplit(origin).hostname or ""
    return RelyingParty(name, origin) if origin in origins_of(public_url) and not is_address(name) else None


def registration_options(
    party: RelyingParty, account: int, name: str, known: Sequence[bytes], challenge: bytes
) -> str:
    """What the browser makes a passkey from, as JSON. `known` are the person's credentials so far."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="callrouter",
        user_id=str(account).encode(),
        user_name=name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
    )
    return webauthn.options_to_json(options)


def sign_in_options(party: RelyingParty, challenge: bytes) -> str:
    """What the browser asks an authenticator, as JSON. The person chooses among their passkeys for this host."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=challenge, user_verification=REQUIRED
    )
    return webauthn.options_to_json(options)


def registered(party: RelyingParty, answer: str, challenge: bytes, name: str) -> NewPasskey | None:
    """The passkey that an authenticator has made; None where the answer is not right."""
    try:
        credential = _read(answer)
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return NewPasskey(
        name=one_line(name)[:_LONGEST_NAME] or "Passkey",
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(credential),
    )


def credential_id(answer: str) -> bytes | None:
    """Which passkey an answer says it is of; None where it cannot be read."""
    try:
        return parse_authentication_credential_json(_read(answer)).raw_id
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None


def new_sign_count(party: RelyingParty, answer: str, challenge: bytes, passkey: Any) -> int | None:
    """The passkey's counter after an answer that is right; None: it is not."""
    try:
        return webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None


def _read(answer: str) -> dict[str, Any]:
    """Raises ValueError where it is no object in JSON."""
    read = json.loads(answer[:_LONGEST])
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _transports(credential: dict[str, Any]) -> list[str]:
    named = credential.get("response", {}).get("transports", [])
    return sorted(_KNOWN_TRANSPORTS & {each for each in named if isinstance(each, str)})
