"""What an OpenID Connect provider says of itself: its discovery document.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from callrouter.errors import CallRouterError

SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""of ID tokens that are accepted: all are made with a private key, which the provider alone has"""
BASIC, POST = "client_secret_basic", "client_secret_post"
_PATH = "/.well-known/openid-configuration"
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class ProviderUnavailable(CallRouterError):
    """The provider does not answer, or not as a provider does. The text says why."""


class ProviderUnsuitable(ProviderUnavailable):
    """What the provider says of itself does not fit the settings, or lacks what is needed here."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """The addresses of a provider, and how it signs and recognizes clients. None: it has no such address."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    signatures: tuple[str, ...]
    client_authentication: str


def discover(issuer: str, patience: float) -> ProviderMetadata:
    """Ask the provider, for so many seconds at each step. Raises ProviderUnavailable."""
    return read_metadata(issuer, read_document(issuer.rstrip("/") + _PATH, patience))


def read_document(address: str, patience: float, token: str | None = None) -> dict[str, Any]:
    """A JSON object of the provider; `token` is sent as a bearer token. Raises ProviderUnavailable."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = requests.get(address, headers=headers, timeout=patience, allow_redirects=False)
        document = answer.json() if answer.status_code == HTTPStatus.OK else None
    except requests.RequestException as error:
        raise ProviderUnavailable(f"{address} does not answer ({type(error).__name__})") from error
    if not isinstance(document, dict):
        raise ProviderUnavailable(f"{address} answers {answer.status_code}, and no JSON object")
    return document


def read_metadata(issuer: str, document: dict[str, Any]) -> ProviderMetadata:
    """Check a discovery document. Raises ProviderUnsuitable."""
    if document.get("issuer") != issuer:
        named = str(document.get("issuer"))[:200]
        raise ProviderUnsuitable(f"the provider names itself {named!r}, and the setting says {issuer!r}")
    return ProviderMetadata(
        issuer,
        _address(document, "authorization_endpoint"),
        _address(document, "token_endpoint"),
        _address(document, "jwks_uri"),
        _address(document, "userinfo_endpoint") if "userinfo_endpoint" in document else None,
        _address(document, "end_session_endpoint") if "end_session_endpoint" in document else None,
        _signatures(document),
        _client_authentication(document),
    )


def _address(document: dict[str, Any], name: str) -> str:
    """An address that nobody on the way can read or change."""
    address = document.get(name)
    parts = urlsplit(address if isinstance(address, str) else "")
    is_local = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if not isinstance(address, str) or not parts.hostname or not (parts.scheme == "https" or is_local):
        raise ProviderUnsuitable(f"the provider's {name} is missing, or is no https address")
    return address


def _signatures(document: dict[str, Any]) -> tuple[str, ...]:
    # RS256 is what every provider has to support.
    offered = _texts(document, "id_token_signing_alg_values_supported") or ["RS256"]
    found = tuple(each for each in SIGNATURES if each in offered)
    if not found:
        raise ProviderUnsuitable(f"the provider signs with none of {', '.join(SIGNATURES)}")
    return found


def _client_authentication(document: dict[str, Any]) -> str:
    offered = _texts(document, "token_endpoint_auth_methods_supported") or [BASIC]
    for method in (BASIC, POST):
        if method in offered:
            return method
    raise ProviderUnsuitable(f"the provider takes neither {BASIC} nor {POST}")


def _texts(document: dict[str, Any], name: str) -> list[str]:
    listed = document.get(name)
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
