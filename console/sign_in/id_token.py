"""Checking an ID token: who has signed it, for whom, when, and in answer to which request. *Pure.*

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

CLOCKS_DIFFER = 60
"""seconds that the provider's clock may be ahead, or behind"""
_LONGEST = 20_000
_LONGEST_SUBJECT = 255


class UnknownKey(Exception):
    """None of the keys has made the signature; the provider may have a newer one."""


class InvalidIdToken(Exception):
    """The token proves nothing. The text says why, for the log; it names no person."""


@dataclass(frozen=True, slots=True)
class ExpectedToken:
    """What the token has to say. `signatures` are the algorithms that are accepted."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    signatures: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class IdTokenClaims:
    """What the provider says of a person. `email` only where it says that it is verified.

    `authenticated_at` None: it does not say when the person proved who they are.
    """

    subject: str
    email: str | None
    authenticated_at: datetime | None


def read_keys(document: dict[str, Any]) -> KeySet:
    """The public keys of a JWK set that are meant for signatures. Those that cannot be read are left out."""
    listed = document.get("keys")
    return KeySet([key for each in listed if (key := _key(each))] if isinstance(listed, list) else [])


def check_id_token(token: str, keys: KeySet, expected: ExpectedToken) -> IdTokenClaims:
    """What the token says. Raises UnknownKey or InvalidIdToken."""
    options: Any = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    asked = {
        "nonce": expected.nonce,
        "client_id": expected.client_id,
        "access_token": expected.access_token,
    }
    try:
        read = _verified(token, keys, expected.signatures)
        claims = CodeIDToken(read.claims, read.header, options, asked)
        claims.validate(now=int(expected.now.timestamp()), leeway=CLOCKS_DIFFER)
        _check_issuer(claims, expected.issuer)
        return IdTokenClaims(_subject(claims), verified_email(claims), _authenticated_at(claims))
    except (JoseError, ValueError, TypeError, OverflowError) as error:
        raise InvalidIdToken(f"{type(error).__name__}: {error}"[:200]) from error


def verified_email(claims: dict[str, Any]) -> str | None:
    """The address, if the provider has verified that it is the person's. (Some write `true` as a text.)"""
    email, is_verified = claims.get("email"), claims.get("email_verified")
    return email if isinstance(email, str) and (is_verified is True or is_verified == "true") else None


def _verified(token: str, keys: KeySet, signatures: tuple[str, ...]) -> jwt.Token:
    if len(token) > _LONGEST:
        raise ValueError("too long")
    registry = JWSRegistry(algorithms=list(signatures), strict_check_header=False)
    try:
        return jwt.decode(token, keys, registry=registry)
    except (BadSignatureError, InvalidKeyIdError) as error:
        raise UnknownKey from error


def _key(described: Any) -> Key | None:
    """None where it is not for signatures, is a shared secret, or is of a kind that is not known."""
    if (
        not isinstance(described, dict)
        or described.get("use", "sig") != "sig"
        or described.get("kty") == "oct"
    ):
        return None
    try:
        return import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _check_issuer(claims: dict[str, Any], issuer: str) -> None:
    # The library is content with a list that has the issuer in it.
    if claims["iss"] != issuer:
        raise ValueError("iss is not the provider")


def _subject(claims: dict[str, Any]) -> str:
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise ValueError("sub is no name")
    return subject


def _authenticated_at(claims: dict[str, Any]) -> datetime | None:
    at = claims.get("auth_time")
    return None if at is None else datetime.fromtimestamp(at, UTC)
