"""Following an invitation: a password, then the authenticator app, then the recovery codes, and in.

The link of a fresh installation asks for a name first, and makes the first admin.
"""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for

from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.staff.accounts import (
    StaffAct,
    account_of_first_link,
    invite,
    normal_name,
    somebody_is_set_up,
)
from callrouter.staff.invitations import (
    InvitationExpired,
    accept_invitation,
    choose_password,
    open_invitation,
)
from callrouter.staff.tokens import code_hash, first_token, token_hash
from console.access import public
from console.sign_in.browser import browser_zone
from console.sign_in.passwords import objection
from console.sign_in.proofs import Proofs
from console.sign_in.recovery import new_recovery_codes
from console.sign_in.routes import blueprint_of
from console.sign_in.sign_in_pages import sign_in_browser

_FIRST = "the link of a fresh installation"
_SETUP = "setup"


class InvitationPages:
    """Following a link."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        pages = blueprint_of(
            "invitation",
            ("/invitation/<token>", ("GET",), self.follow),
            ("/invitation/<token>", ("POST",), self.choose),
            ("/invitation/<token>/code", ("POST",), self.accept),
            ("/first/<token>", ("GET", "POST"), self.first),
        )
        # For the whole application: an invitation is also accepted on the way back from the provider.
        pages.app_errorhandler(InvitationExpired)(_expired)
        return pages

    @public
    def follow(self, token: str) -> Any:
        invitation = _open(self._proofs, token)
        if _chose_here(invitation) and request.args.get("step") != "password":
            return _totp_page(self._proofs, invitation, token, {})
        return _password_page(self._proofs, invitation, token, {})

    @public
    def choose(self, token: str) -> Any:
        invitation = _open(self._proofs, token)
        password = request.form.get("password", "")
        if self._proofs.must_use_provider(invitation.role):
            return _password_page(self._proofs, invitation, token, {}), HTTPStatus.BAD_REQUEST
        if wrong := objection(password, invitation.name):
            return _password_page(
                self._proofs, invitation, token, {"password": wrong}
            ), HTTPStatus.BAD_REQUEST
        session.clear()
        session[_SETUP] = secrets.token_urlsafe(16)
        hashed, secret = self._proofs.passwords.hash(password), self._proofs.totp.generate_totp_secret()
        browser = token_hash(session[_SETUP])
        self._proofs.transact(
            lambda each: choose_password(each, token_hash(token), hashed, secret, browser=browser)
        )
        return redirect(url_for("invitation.follow", token=token), 303)

    @public
    def accept(self, token: str) -> Any:
        invitation = _open(self._proofs, token)
        if not _chose_here(invitation):
            return redirect(url_for("invitation.follow", token=token), 303)
        counter = self._proofs.totp.counter_of(request.form.get("code", ""), invitation.totp_secret, None)
        if counter is None:
            errors = {
                "code": "This code is wrong. Look at the clock of your telephone, and try the next one."
            }
            return _totp_page(self._proofs, invitation, token, errors), HTTPStatus.BAD_REQUEST
        return _enter(self._proofs, token, counter, browser_zone(invitation.zone))

    @public
    def first(self, token: str) -> Any:
        is_ours = hmac.compare_digest(
            token.encode(), first_token(self._proofs.dependencies.secret_key).encode()
        )
        if not is_ours or self._proofs.transact(somebody_is_set_up):
            raise InvitationExpired
        if request.method == "GET":
            return render_template("sign_in/first.html", errors={}, name="")
        try:
            name = normal_name(request.form.get("name", ""))
        except Fault as fault:
            page = render_template(
                "sign_in/first.html", errors={"name": str(fault)}, name=request.form.get("name", "")
            )
            return page, HTTPStatus.BAD_REQUEST
        return redirect(url_for("invitation.follow", token=_invite_first(self._proofs, name)), 303)


def _open(proofs: Proofs, token: str) -> Any:
    """Raises InvitationExpired."""
    now = proofs.now()
    return proofs.transact(lambda each: open_invitation(each, token_hash(token), now))


def _password_page(proofs: Proofs, invitation: Any, token: str, errors: dict[str, str]) -> str:
    return render_template(
        "sign_in/choose_password.html",
        errors=errors,
        name=invitation.name,
        token=token,
        only_provider=proofs.must_use_provider(invitation.role),
    )


def _chose_here(invitation: Any) -> bool:
    """Whether the password was chosen, and in this browser."""
    mark = token_hash(session.get(_SETUP, ""))
    return invitation.password_hash is not None and hmac.compare_digest(invitation.browser_hash, mark)


def _totp_page(proofs: Proofs, invitation: Any, token: str, errors: dict[str, str]) -> str:
    return render_template(
        "sign_in/set_up_totp.html",
        errors=errors,
        token=token,
        image=proofs.totp.picture(invitation.name, invitation.totp_secret),
        secret=proofs.totp.get_totp_pretty_key(invitation.totp_secret).replace("-", " "),
        name=invitation.name,
    )


def _enter(proofs: Proofs, token: str, counter: int, zone: str) -> Any:
    codes, now = new_recovery_codes(), proofs.now()
    hashes = [code_hash(code) for code in codes]
    number = proofs.transact(
        lambda each: accept_invitation(each, token_hash(token), counter, hashes, zone, now)
    )
    account = proofs.account(number)
    sign_in_browser(proofs, account, "invitation")
    return shown_once(proofs, account.name, codes)


def shown_once(proofs: Proofs, name: str, codes: list[str]) -> Any:
    """The page with the recovery codes. It is the answer itself, so it cannot be opened again."""
    response = make_response(render_template("sign_in/recovery_codes.html", codes=codes))
    proofs.browsers.mark(response, name)
    return response


def _invite_first(proofs: Proofs, name: str) -> str:
    """The token of an invitation for the first admin. Raises InvitationExpired."""
    token, act = secrets.token_urlsafe(32), StaffAct(_FIRST, proofs.now())

    def work(each: Session) -> None:
        account = account_of_first_link(each, name, act)
        if account is None:
            raise InvitationExpired
        invite(each, account, token_hash(token), act.at, is_first=True)

    proofs.transact(work)
    return token


def _expired(_: InvitationExpired) -> Any:
    return render_template("sign_in/expired.html"), HTTPStatus.GONE
