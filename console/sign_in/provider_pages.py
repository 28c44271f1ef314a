"""Signing in through the provider, accepting an invitation with it, and proving anew who one is.

Each way begins with a link, because browsers stop a form whose answer leads to another site (CSP, `form-action`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request, url_for

from callrouter.staff.discovery import ProviderUnavailable
from callrouter.staff.identities import Identity
from callrouter.staff.invitations import open_invitation
from callrouter.staff.roles import Right
from callrouter.staff.sessions import CONFIRMATION_LASTS
from callrouter.staff.tokens import token_hash
from console.access import needs, public
from console.sign_in.browser import one_line, own_origin, safe_target
from console.sign_in.id_token import IdTokenClaims, InvalidIdToken
from console.sign_in.identity_provider import CodeRefused, IdentityProvider
from console.sign_in.proofs import Proofs
from console.sign_in.provider_accounts import account_for
from console.sign_in.provider_confirmation import confirm_with
from console.sign_in.provider_refusals import ProviderRefusal, Refusal
from console.sign_in.provider_requests import PendingRequest, SignInPurpose, new_request, take_request
from console.sign_in.routes import blueprint_of
from console.sign_in.sign_in_pages import enter

_LONGEST_ERROR = 100
_UNKNOWN_AGE = CONFIRMATION_LASTS
"""of a proof of which the provider does not say when it was: an act on money asks for a new one"""
_DENIED = {"access_denied", "login_required", "interaction_required", "consent_required"}
_log = structlog.get_logger()


class ProviderPages:
    """The ways to the provider, and the one back."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "provider",
            ("/sign-in/provider", ("GET",), self.begin),
            ("/sign-in/provider/return", ("GET",), self.come_back),
            ("/sign-in/provider/signed-out", ("GET",), self.signed_out),
            ("/invitation/<token>/provider", ("GET",), self.begin_from_invitation),
            ("/confirm/provider", ("GET",), self.begin_confirmation),
        )

    @public
    def begin(self) -> Any:
        return self._leave(SignInPurpose(safe_target(request.args.get("next"))))

    @public
    def begin_from_invitation(self, token: str) -> Any:
        hashed, now = token_hash(token), self._proofs.now()
        self._proofs.transact(lambda each: open_invitation(each, hashed, now))
        return self._leave(SignInPurpose(safe_target(None), invitation=token))

    @needs(Right.SIGNED_IN)
    def begin_confirmation(self) -> Any:
        return self._leave(SignInPurpose(safe_target(request.args.get("next")), confirms=True))

    @public
    def come_back(self) -> Any:
        provider, now = self._proofs.the_provider(), self._proofs.now()
        found = take_request(request.args.get("state", ""), now)
        if found is None:
            raise ProviderRefusal(Refusal.NOT_ASKED)
        _check_answer(provider)
        with self._proofs.counted_answer():
            claims = _claims(provider, found, now)
            identity = Identity(provider.settings.issuer, claims.subject, claims.email)
            if found.purpose.confirms:
                return confirm_with(identity, claims.authenticated_at, found.purpose.target)
            account = account_for(self._proofs, identity, found.purpose)
        proved_at = min(now, claims.authenticated_at or now - _UNKNOWN_AGE)
        return enter(self._proofs, account, provider.name, found.purpose.target, proved_at=proved_at)

    @public
    def signed_out(self) -> Any:
        provider, now = self._proofs.the_provider(), self._proofs.now()
        return_to = own_origin(self._proofs.dependencies.public_url, request.host) + url_for(
            "entrance.sign_in"
        )
        try:
            address = provider.sign_out_address(return_to, now)
        except ProviderUnavailable:
            address = None
        return render_template("sign_in/signed_out.html", sign_out_address=address)

    def _leave(self, purpose: SignInPurpose) -> Any:
        """Send the browser to the provider."""
        provider, now = self._proofs.the_provider(), self._proofs.now()
        asked = new_request(purpose, self._proofs.dependencies.public_url, now)
        return redirect(provider.sign_in_address(asked, now), 303)


def _check_answer(provider: IdentityProvider) -> None:
    """Stop where the provider reports an error, or somebody else has answered in its place (RFC 9207)."""
    error = request.args.get("error")
    if error is not None:
        _log.warning("the provider reported an error", error=one_line(error)[:_LONGEST_ERROR])
        raise ProviderRefusal(Refusal.DENIED if error in _DENIED else Refusal.FAILED)
    if request.args.get("iss", provider.settings.issuer) != provider.settings.issuer:
        raise ProviderRefusal(Refusal.NOT_PROVED)


def _claims(provider: IdentityProvider, found: PendingRequest, now: datetime) -> IdTokenClaims:
    """Who the provider says has signed in. Raises ProviderRefusal."""
    try:
        return provider.identify(request.args.get("code", ""), found.asked, now)
    except (CodeRefused, InvalidIdToken) as error:
        _log.warning("the provider's answer proves nothing", reason=str(error))
        raise ProviderRefusal(Refusal.NOT_PROVED) from error
