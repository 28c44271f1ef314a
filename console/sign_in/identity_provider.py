"""The OpenID Connect provider of single sign-on, as the console asks it (authorization code flow with PKCE).

A provider that is slow or down costs a sign-in, and no other page: few threads wait for it, each for some seconds, and
after a failure it is left in peace for a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet

from callrouter.staff.discovery import ProviderMetadata, ProviderUnavailable, discover, read_document
from console.dependencies import SingleSignOn
from console.sign_in.id_token import (
    ExpectedToken,
    IdTokenClaims,
    InvalidIdToken,
    UnknownKey,
    check_id_token,
    read_keys,
    verified_email,
)

PATIENCE = 5.0
"""seconds, for each step of a request"""
_AT_ONCE, _QUEUE = 3, 1.0
"""threads that wait for the provider, and seconds that one more waits for its turn"""
_KEPT = timedelta(hours=1)
_LEFT_IN_PEACE = timedelta(seconds=10)
_SCOPE = "openid email"
_FRESH = 300
"""seconds since the person proved who they are; asking for it makes the provider say when that was"""


class CodeRefused(Exception):
    """The provider has not made an ID token of the code. The text is its error, for the log."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One request for a sign-in. Its secrets stay in the person's browser until the answer."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    is_fresh: bool
    """the person has to prove anew who they are"""


@dataclass
class _Known:
    """What the provider said the last time that it was asked."""

    metadata: ProviderMetadata
    at: datetime
    keys: KeySet | None = None


@dataclass
class IdentityProvider:
    """Asks the provider. Each method raises ProviderUnavailable where that does not answer."""

    settings: SingleSignOn
    _turn: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))
    _known: _Known | None = None
    _failed_at: datetime | None = None

    @property
    def name(self) -> str:
        """How people are told of it: the name of its host."""
        return urlsplit(self.settings.issuer).hostname or self.settings.issuer

    def sign_in_address(self, asked: AuthorizationRequest, now: datetime) -> str:
        """Where the browser is sent."""
        with self._asking(now):
            metadata = self._metadata(now)
        fresh: dict[str, Any] = {"prompt": "login", "max_age": _FRESH} if asked.is_fresh else {}
        with self._client(metadata, asked) as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
                **fresh,
            )
        return str(address)

    def identify(self, code: str, asked: AuthorizationRequest, now: datetime) -> IdTokenClaims:
        """Who signed in, from the code that came back. Raises CodeRefused or InvalidIdToken."""
        with self._asking(now):
            metadata = self._metadata(now)
            token = self._token(metadata, code, asked)
            expected = ExpectedToken(
                self.settings.issuer,
                self.settings.client_id,
                asked.nonce,
                token["access_token"],
                metadata.signatures,
                now,
            )
            claims = self._checked(token["id_token"], expected)
            return claims if claims.email else self._with_email(metadata, claims, token["access_token"])

    def sign_out_address(self, return_to: str, now: datetime) -> str | None:
        """Where a person signs out of the provider too; None: it has no such page."""
        with self._asking(now):
            endpoint = self._metadata(now).end_session_endpoint
        if endpoint is None:
            return None
        query = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": return_to})
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"

    @contextmanager
    def _asking(self, now: datetime) -> Iterator[None]:
        """A turn. After a failure nobody has one for a moment."""
        if self._failed_at is not None and timedelta() <= now - self._failed_at < _LEFT_IN_PEACE:
            raise ProviderUnavailable("it did not answer a moment ago")
        if not self._turn.acquire(timeout=_QUEUE):
            raise ProviderUnavailable("others are waiting for it")
        try:
            yield
            self._failed_at = None
        except ProviderUnavailable:
            self._failed_at = now
            raise
        finally:
            self._turn.release()

    def _metadata(self, now: datetime) -> ProviderMetadata:
        known = self._known
        if known is None or not timedelta() <= now - known.at < _KEPT:
            known = self._known = _Known(discover(self.settings.issuer, PATIENCE), now)
        return known.metadata

    def _keys(self, *, anew: bool) -> KeySet:
        known = self._known
        if known is None:
            raise ProviderUnavailable("nothing is known of it")
        if known.keys is None or anew:
            known.keys = read_keys(read_document(known.metadata.jwks_uri, PATIENCE))
        return known.keys

    def _client(self, metadata: ProviderMetadata, asked: AuthorizationRequest) -> Any:
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            token_endpoint_auth_method=metadata.client_authentication,
            scope=_SCOPE,
            redirect_uri=asked.return_to,
            code_challenge_method="S256",
        )

    def _token(self, metadata: ProviderMetadata, code: str, asked: AuthorizationRequest) -> dict[str, str]:
        """The answer of the token endpoint, with an access token and an ID token."""
        try:
            with self._client(metadata, asked) as client:
                token = client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    timeout=PATIENCE,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise CodeRefused(str(error)[:100]) from error
        except (requests.RequestException, ValueError) as error:
            raise _token_failure(metadata, error) from error
        if not all(isinstance(token.get(each), str) for each in ("access_token", "id_token")):
            raise CodeRefused("no ID token")
        return dict(token)

    def _checked(self, token: str, expected: ExpectedToken) -> IdTokenClaims:
        """What the token says; where no key fits, the keys are asked for anew, once."""
        try:
            return check_id_token(token, self._keys(anew=False), expected)
        except UnknownKey:
            try:
                return check_id_token(token, self._keys(anew=True), expected)
            except UnknownKey:
                raise InvalidIdToken("signed by a key that is not the provider's") from None

    def _with_email(self, metadata: ProviderMetadata, claims: IdTokenClaims, token: str) -> IdTokenClaims:
        """Many providers have the address in their user info alone."""
        if metadata.userinfo_endpoint is None:
            return claims
        document = read_document(metadata.userinfo_endpoint, PATIENCE, token)
        if document.get("sub") != claims.subject:
            raise InvalidIdToken("the user info is about somebody else")
        return IdTokenClaims(claims.subject, verified_email(document), claims.authenticated_at)


def _token_failure(metadata: ProviderMetadata, error: Exception) -> CodeRefused | ProviderUnavailable:
    """A provider that says no without the words of the standard is not down: anybody could make it say no."""
    answer = error.response if isinstance(error, requests.HTTPError) else None
    if answer is not None and answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return CodeRefused(f"status {answer.status_code}")
    return ProviderUnavailable(f"{metadata.token_endpoint} does not answer")
