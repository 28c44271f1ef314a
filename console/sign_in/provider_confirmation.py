"""A fresh proof from the provider. The signed cookie carries it from the way back to a page of the signed-in person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from callrouter.privacy.audit import Access
from callrouter.staff.identities import Identity, account_of
from callrouter.staff.roles import Right
from callrouter.staff.sessions import CONFIRMATION_LASTS, confirm_session
from console.access import needs, viewer
from console.sign_in.browser import safe_target
from console.sign_in.proofs import Proofs
from console.sign_in.provider_refusals import ProviderRefusal, Refusal
from console.sign_in.routes import blueprint_of

_KEY = "provider_proof"


class ProviderConfirmation:
    """Where a proof of the provider begins to count."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "provider_confirmation",
            ("/confirm/provider/end", ("GET",), self.end),
            ("/confirm/provider/done", ("GET",), self.done),
        )

    @needs(Right.SIGNED_IN)
    def end(self) -> Any:
        proof, now, provider = session.pop(_KEY, None), self._proofs.now(), self._proofs.the_provider()
        if proof is None:
            raise ProviderRefusal(Refusal.NOT_ASKED)
        identity = Identity(proof["issuer"], proof["subject"])
        account = self._proofs.transact(lambda each: account_of(each, identity))
        if account is None or account.id != viewer().account:
            raise ProviderRefusal(Refusal.OTHER_PERSON)
        proved_at = _moment(proof["at"])
        if proved_at is None or now - proved_at >= CONFIRMATION_LASTS:
            raise ProviderRefusal(Refusal.NOT_FRESH)
        own = Access(viewer().name, f"by {provider.name}", now)
        number, at = g.staff_session.id, min(now, proved_at)
        self._proofs.transact(lambda each: confirm_session(each, number, own, proved_at=at))
        return redirect(safe_target(request.args.get("next")), 303)

    @needs(Right.SIGNED_IN)
    def done(self) -> Any:
        return render_template("sign_in/confirmed.html")


def confirm_with(identity: Identity, proved_at: datetime | None, target: str) -> Any:
    """Keep the proof, and go where the session is known. `proved_at` None: the provider does not say when."""
    at = proved_at.timestamp() if proved_at else None
    session[_KEY] = {"issuer": identity.issuer, "subject": identity.subject, "at": at}
    return redirect(url_for("provider_confirmation.end", next=target), 303)


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
