"""Signing in: name and password, then a code; or a passkey alone. And signing out."""

from __future__ import annotations

import secrets
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for

from callrouter.privacy.audit import Access
from callrouter.staff.credentials import count_recovery_codes
from callrouter.staff.roles import Right
from callrouter.staff.sessions import NewSession, end_session, start_session
from callrouter.staff.tokens import token_hash
from console.access import needs, public, viewer
from console.sign_in.browser import (
    browser_name,
    client_address,
    keep_pending,
    new_challenge,
    pending,
    safe_target,
    take_challenge,
)
from console.sign_in.passkeys import relying_party, sign_in_options
from console.sign_in.proofs import Proofs
from console.sign_in.routes import blueprint_of

_FEW_CODES = 3


class SignInPages:
    """Signing in and out."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "entrance",
            ("/sign-in", ("GET",), self.sign_in),
            ("/sign-in", ("POST",), self.check_password),
            ("/sign-in/code", ("GET",), self.code),
            ("/sign-in/code", ("POST",), self.check_code),
            ("/sign-in/passkey", ("POST",), self.check_passkey),
            ("/sign-out", ("POST",), self.sign_out),
        )

    @public
    def sign_in(self) -> Any:
        return _sign_in_page(self._proofs, safe_target(request.args.get("next")))

    @public
    def check_password(self) -> Any:
        target = safe_target(request.form.get("next"))
        account = self._proofs.by_password(request.form.get("name", ""), request.form.get("password", ""))
        if account is None:
            errors = {"password": "The name or the password is wrong."}
            return _sign_in_page(self._proofs, target, errors=errors), HTTPStatus.BAD_REQUEST
        session.clear()
        keep_pending(account, target, self._proofs.now())
        return redirect(url_for("entrance.code"), 303)

    @public
    def code(self) -> Any:
        if pending(self._proofs.now()) is None:
            return redirect(url_for("entrance.sign_in"), 303)
        return render_template("sign_in/code.html", errors={})

    @public
    def check_code(self) -> Any:
        kept = pending(self._proofs.now())
        account = self._proofs.account(kept["account"]) if kept else None
        if kept is None or account is None or not _is_same_password(account, kept["password"]):
            return redirect(url_for("entrance.sign_in"), 303)
        recovery = request.form.get("recovery", "").strip()
        if recovery:
            if not self._proofs.by_recovery_code(account, recovery):
                errors = {"recovery": "This recovery code is wrong, or was used before."}
                return render_template("sign_in/code.html", errors=errors), HTTPStatus.BAD_REQUEST
            _warn_of_few_codes(self._proofs, account)
            return _let_in(self._proofs, account, "password and recovery code", kept["target"])
        if not self._proofs.by_code(account, request.form.get("code", "")):
            errors = {"code": "This code is wrong, or was used before. Wait for the next one."}
            return render_template("sign_in/code.html", errors=errors), HTTPStatus.BAD_REQUEST
        return _let_in(self._proofs, account, "password and code", kept["target"])

    @public
    def check_passkey(self) -> Any:
        target = safe_target(request.form.get("next"))
        party = relying_party(self._proofs.dependencies.public_url, request.host)
        answer, challenge = request.form.get("credential", ""), take_challenge(self._proofs.now())
        account = self._proofs.by_passkey(party, answer, challenge)
        if account is None:
            errors = {"name": "This passkey is not known here. Sign in with your name and password."}
            return _sign_in_page(self._proofs, target, errors=errors), HTTPStatus.BAD_REQUEST
        return _let_in(self._proofs, account, "passkey", target)

    @needs(Right.SIGNED_IN)
    def sign_out(self) -> Any:
        own = Access(viewer().name, "in this browser", self._proofs.now())
        self._proofs.transact(lambda each: end_session(each, viewer().account, g.staff_session.id, own))
        return leave(self._proofs, "You are signed out.")


def leave(proofs: Proofs, sentence: str) -> Any:
    """The page after signing out. Who came through the provider is still signed in there, and is told so."""
    came_through_it = proofs.provider is not None and g.staff_session.proof == proofs.provider.name
    session.clear()
    flash(sentence, "good")
    return redirect(url_for("provider.signed_out" if came_through_it else "entrance.sign_in"), 303)


def enter(proofs: Proofs, account: Any, proof: str, target: str, *, proved_at: datetime | None = None) -> Any:
    """Sign the person in, in this browser, and go on. `proved_at`: when they proved who they are; None: now."""
    response = redirect(safe_target(target), 303)
    sign_in_browser(proofs, account, proof, proved_at)
    proofs.browsers.mark(response, account.name)
    return response


def sign_in_browser(proofs: Proofs, account: Any, proof: str, proved_at: datetime | None = None) -> None:
    """Start a session. What the cookie held before is gone, so nobody can have prepared it."""
    token = secrets.token_urlsafe(32)
    new = NewSession(token_hash(token), client_address(), browser_name(), proof, proved_at)
    own = Access(account.name, f"with {proof}", proofs.now())
    proofs.transact(lambda each: start_session(each, account.id, new, own))
    flashed = session.get("_flashes")
    session.clear()
    if flashed:
        session["_flashes"] = flashed
    session["staff"] = token


def _let_in(proofs: Proofs, account: Any, proof: str, target: str) -> Any:
    """Sign the person in with a proof of our own, unless the provider has to prove who they are."""
    if not proofs.must_use_provider(account.role):
        return enter(proofs, account, proof, target)
    session.clear()
    errors = {
        "name": f"You sign in with {proofs.the_provider().name}: passwords and passkeys are for admins."
    }
    return _sign_in_page(proofs, target, errors), HTTPStatus.FORBIDDEN


def _sign_in_page(proofs: Proofs, target: str, errors: dict[str, str] | None = None) -> str:
    party = relying_party(proofs.dependencies.public_url, request.host)
    options = sign_in_options(party, new_challenge(proofs.now())) if party else None
    return render_template(
        "sign_in/sign_in.html",
        errors=errors or {},
        target=target,
        options=options,
        name=request.form.get("name", ""),
    )


def _is_same_password(account: Any, known: str) -> bool:
    stored = account.password_hash
    return bool(stored) and secrets.compare_digest(token_hash(stored).hex(), known)


def _warn_of_few_codes(proofs: Proofs, account: Any) -> None:
    left = proofs.transact(lambda each: count_recovery_codes(each, account.id))
    if left <= _FEW_CODES:
        flash(f"You have {left} recovery codes left. Your account page makes new ones.", "warn")
