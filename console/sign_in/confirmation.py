"""Proving anew who one is, before an act on money, numbers or accounts.

What was sent is not lost: the confirmation carries the fields of the form, and sends them on with status 307.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, render_template, request

from callrouter.privacy.audit import Access
from callrouter.staff.roles import Right
from callrouter.staff.sessions import confirm_session
from console.access import needs, viewer
from console.sign_in.browser import new_challenge, safe_target, take_challenge
from console.sign_in.passkeys import relying_party, sign_in_options
from console.sign_in.proofs import Proofs
from console.sign_in.routes import blueprint_of

_OWN_FIELDS = (
    "csrf_token",
    "proof_password",
    "proof_code",
    "proof_credential",
    "proof_target",
    "proof_method",
)


class ConfirmationPages:
    """The page that asks, and what it sends."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "confirmation", ("/confirm", ("GET",), self.confirm), ("/confirm", ("POST",), self.check)
        )

    @needs(Right.SIGNED_IN)
    def confirm(self) -> Any:
        return _page(self._proofs, safe_target(request.args.get("next")), "GET", {})

    @needs(Right.SIGNED_IN)
    def check(self) -> Any:
        target, method = safe_target(request.form.get("proof_target")), request.form.get("proof_method")
        found = _proof(self._proofs)
        if found is None:
            errors = {"proof_password": "That was wrong. Type your password, or the next code of your app."}
            return _page(self._proofs, target, method or "GET", errors), HTTPStatus.BAD_REQUEST
        own = Access(viewer().name, f"by {found}", self._proofs.now())
        self._proofs.transact(lambda each: confirm_session(each, g.staff_session.id, own))
        return redirect(target, 307 if method == "POST" else 303)


def confirmation_page(proofs: Proofs) -> Any:
    """The page in place of the one that was asked for."""
    page = _page(proofs, safe_target(request.full_path.rstrip("?")), request.method, {})
    return page, HTTPStatus.FORBIDDEN


def _proof(proofs: Proofs) -> str | None:
    """What the signed-in person has proved who they are with; None: nothing."""
    own = viewer()
    account = proofs.account(own.account)
    if proofs.must_use_provider(account.role):
        return None
    if request.form.get("proof_credential"):
        party = relying_party(proofs.dependencies.public_url, request.host)
        challenge = take_challenge(proofs.now())
        answered = proofs.by_passkey(party, request.form["proof_credential"], challenge)
        return "passkey" if answered is not None and answered.id == own.account else None
    if request.form.get("proof_code"):
        return "code" if proofs.by_code(account, request.form["proof_code"]) else None
    right = proofs.by_password(own.name, request.form.get("proof_password", ""))
    return "password" if right is not None else None


def _page(proofs: Proofs, target: str, method: str, errors: dict[str, str]) -> str:
    party = relying_party(proofs.dependencies.public_url, request.host)
    options = sign_in_options(party, new_challenge(proofs.now())) if party else None
    account = proofs.account(viewer().account)
    fields = request.form.items(multi=True) if method == "POST" else ()
    return render_template(
        "sign_in/confirm.html",
        errors=errors,
        target=target,
        method=method,
        carried=[(name, value) for name, value in fields if name not in _OWN_FIELDS],
        options=options,
        has_password=account.password_hash is not None and not proofs.must_use_provider(account.role),
        has_provider=proofs.can_use_provider(account.id),
        own_name=viewer().name,
        lost_files=bool(request.files),
    )
