"""One's own account: time zone, shortcuts, password, recovery codes, passkeys, and where one is signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from callrouter.database import DuplicateKey
from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.staff.credentials import (
    add_passkey,
    change_password,
    change_preferences,
    count_recovery_codes,
    passkeys_of,
    remove_passkey,
    renew_recovery_codes,
)
from callrouter.staff.roles import Right
from callrouter.staff.sessions import end_session, end_sessions, sessions_of
from callrouter.staff.tokens import code_hash
from console.access import needs, viewer
from console.sign_in.browser import new_challenge, take_challenge
from console.sign_in.invitation_pages import shown_once
from console.sign_in.passkeys import registered, registration_options, relying_party
from console.sign_in.passwords import objection
from console.sign_in.proofs import Proofs
from console.sign_in.recovery import new_recovery_codes
from console.sign_in.routes import blueprint_of
from console.sign_in.sign_in_pages import leave


class AccountPages:
    """One's own account."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "account",
            ("/account", ("GET",), self.own),
            ("/account/preferences", ("POST",), self.change_own_preferences),
            ("/account/password", ("POST",), self.change_own_password),
            ("/account/recovery-codes", ("POST",), self.renew_own_codes),
            ("/account/passkeys/new", ("GET",), self.new_passkey),
            ("/account/passkeys", ("POST",), self.add_own_passkey),
            ("/account/passkeys/<int:number>/remove", ("POST",), self.remove_own_passkey),
            ("/account/sessions/<int:number>/end", ("POST",), self.end_own_session),
            ("/account/sessions/end", ("POST",), self.end_own_sessions),
        )

    @needs(Right.SIGNED_IN)
    def own(self) -> Any:
        return _page(self._proofs, {})

    @needs(Right.SIGNED_IN)
    def change_own_preferences(self) -> Any:
        named, shortcuts = request.form.get("own_zone", "").strip(), "shortcuts" in request.form
        if named not in available_timezones():
            errors = {"own_zone": f"{named!r} is no time zone. Write one like America/New_York."}
            return _page(self._proofs, errors), HTTPStatus.BAD_REQUEST
        self._proofs.transact(lambda each: change_preferences(each, viewer().account, named, shortcuts))
        return _done("Your preferences are saved.")

    @needs(Right.SIGNED_IN, recent=True)
    def change_own_password(self) -> Any:
        _only_with_password(self._proofs)
        password = request.form.get("password", "")
        if wrong := objection(password, viewer().name):
            return _page(self._proofs, {"password": wrong}), HTTPStatus.BAD_REQUEST
        hashed = self._proofs.passwords.hash(password)
        access = _access(self._proofs, "by the person")
        self._proofs.transact(lambda each: change_password(each, viewer().account, hashed, access))
        _end_others(self._proofs, "after a new password")
        return _done("Your password is changed. Every other browser is signed out.")

    @needs(Right.SIGNED_IN, recent=True)
    def renew_own_codes(self) -> Any:
        _only_with_password(self._proofs)
        codes = new_recovery_codes()
        hashes = [code_hash(code) for code in codes]
        access = _access(self._proofs, "by the person")
        self._proofs.transact(lambda each: renew_recovery_codes(each, viewer().account, hashes, access))
        return shown_once(self._proofs, viewer().name, codes)

    @needs(Right.SIGNED_IN, recent=True)
    def new_passkey(self) -> Any:
        _only_with_password(self._proofs)
        return _passkey_page(self._proofs, {})

    @needs(Right.SIGNED_IN, recent=True)
    def add_own_passkey(self) -> Any:
        _only_with_password(self._proofs)
        party = relying_party(self._proofs.dependencies.public_url, request.host)
        challenge, answer = take_challenge(self._proofs.now()), request.form.get("credential", "")
        name = request.form.get("name", "")
        made = registered(party, answer, challenge.value, name) if party and challenge else None
        if made is None:
            return _passkey_page(
                self._proofs, {"name": "The passkey was not made. Try again."}
            ), HTTPStatus.BAD_REQUEST
        try:
            access = _access(self._proofs, made.name)
            self._proofs.transact(lambda each: add_passkey(each, viewer().account, made, access))
        except DuplicateKey:
            return _passkey_page(
                self._proofs, {"name": "This passkey is registered already."}
            ), HTTPStatus.BAD_REQUEST
        return _done(f"The passkey {made.name} can sign you in.")

    @needs(Right.SIGNED_IN, recent=True)
    def remove_own_passkey(self, number: int) -> Any:
        access = _access(self._proofs, "by the person")
        self._proofs.transact(lambda each: remove_passkey(each, viewer().account, number, access))
        return _done("The passkey is removed.")

    @needs(Right.SIGNED_IN)
    def end_own_session(self, number: int) -> Any:
        access = _access(self._proofs, "in another browser")
        self._proofs.transact(lambda each: end_session(each, viewer().account, number, access))
        return _done("That browser is signed out.")

    @needs(Right.SIGNED_IN)
    def end_own_sessions(self) -> Any:
        access = _access(self._proofs, "by the person")
        self._proofs.transact(lambda each: end_sessions(each, viewer().account, access))
        return leave(self._proofs, "You are signed out everywhere.")


def _only_with_password(proofs: Proofs) -> None:
    """What a person signs in with here begins with a password, and an admin's link makes that. Raises Fault."""
    if proofs.account(viewer().account).password_hash is None:
        raise Fault(
            "You have no password here: you sign in through the provider. An admin can make a link for one."
        )


def _page(proofs: Proofs, errors: dict[str, str]) -> str:
    account, now = viewer().account, proofs.now()
    return render_template(
        "sign_in/account.html",
        errors=errors,
        has_password=proofs.account(account).password_hash is not None,
        passkeys=proofs.transact(lambda each: passkeys_of(each, account)),
        sessions=proofs.transact(lambda each: sessions_of(each, account, now)),
        current=g.staff_session.id,
        codes_left=proofs.transact(lambda each: count_recovery_codes(each, account)),
        own_zone=request.form.get("own_zone", viewer().zone),
        zones=sorted(available_timezones()),
        passkeys_work=relying_party(proofs.dependencies.public_url, request.host) is not None,
    )


def _passkey_page(proofs: Proofs, errors: dict[str, str]) -> str:
    account = viewer()
    party = relying_party(proofs.dependencies.public_url, request.host)
    known = [row.credential_id for row in proofs.transact(lambda each: passkeys_of(each, account.account))]
    options = None
    if party:
        challenge = new_challenge(proofs.now())
        options = registration_options(party, account.account, account.name, known, challenge)
    return render_template("sign_in/new_passkey.html", errors=errors, options=options)


def _end_others(proofs: Proofs, reason: str) -> None:
    access, own = _access(proofs, reason), g.staff_session.id
    proofs.transact(lambda each: end_sessions(each, viewer().account, access, but=own))


def _access(proofs: Proofs, reason: str) -> Access:
    return Access(viewer().name, reason, proofs.now())


def _done(sentence: str) -> Any:
    flash(sentence, "good")
    return redirect(url_for("account.own"), 303)
