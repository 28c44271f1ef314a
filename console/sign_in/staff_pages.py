"""The staff: who may use the console, inviting, changing roles, new links, removing."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from callrouter.database import Session
from callrouter.directory.partners import listed_partners
from callrouter.errors import Fault, NotKnown
from callrouter.staff.accounts import (
    AccountExists,
    AccountRemoved,
    LastAdmin,
    StaffAct,
    account_named,
    add_account,
    change_role,
    invite,
    list_accounts,
    normal_name,
    remove_account,
    reset_account,
)
from callrouter.staff.roles import OF_A_PARTNER, RIGHTS, Right, Role
from callrouter.staff.sessions import sessions_of
from callrouter.staff.tokens import token_hash
from console.access import needs, viewer
from console.forms import FormReader
from console.sign_in.proofs import Proofs
from console.sign_in.routes import blueprint_of

_ROLES = [role.value for role in Role]


class StaffPages:
    """The accounts of all."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def blueprint(self) -> Blueprint:
        """The views, with their addresses."""
        return blueprint_of(
            "staff",
            ("/staff", ("GET",), self.listed),
            ("/staff", ("POST",), self.add),
            ("/staff/role", ("POST",), self.change),
            ("/staff/reset", ("POST",), self.reset),
            ("/staff/remove", ("GET",), self.ask_before_removal),
            ("/staff/remove", ("POST",), self.remove),
        )

    @needs(Right.MANAGE_STAFF)
    def listed(self) -> Any:
        return _page(self._proofs, {})

    @needs(Right.MANAGE_STAFF, recent=True)
    def add(self) -> Any:
        typed, chosen = request.form.get("name", ""), request.form.get("role", "")
        if chosen not in _ROLES:
            return _page(self._proofs, {"role": "Choose a role."}), HTTPStatus.BAD_REQUEST
        partner = request.form.get("partner") if chosen == Role.PARTNER else None
        if chosen == Role.PARTNER and partner not in self._proofs.transact(listed_partners):
            return _page(
                self._proofs, {"partner": "Choose the partner whose person it is."}
            ), HTTPStatus.BAD_REQUEST
        try:
            name = normal_name(typed)
            act = _act(self._proofs)
            link = _link(
                self._proofs, lambda each: add_account(each, name, Role(chosen), act, partner=partner)
            )
        except AccountExists as taken:
            return _page(self._proofs, {"name": _taken(taken)}), HTTPStatus.BAD_REQUEST
        except Fault as fault:
            return _page(self._proofs, {"name": str(fault)}), HTTPStatus.BAD_REQUEST
        return render_template("sign_in/link.html", name=name, link=link, is_new=True)

    @needs(Right.MANAGE_STAFF, recent=True)
    def change(self) -> Any:
        name, chosen = _named(self._proofs), request.form.get("role", "")
        if chosen not in _ROLES:
            return _page(self._proofs, {"role": "Choose a role."}), HTTPStatus.BAD_REQUEST
        try:
            self._proofs.transact(lambda each: change_role(each, name, Role(chosen), _act(self._proofs)))
        except Fault as error:
            return _page(self._proofs, {f"role-{name}": str(error)}), HTTPStatus.BAD_REQUEST
        return _done(f"{name} is now {chosen}.")

    @needs(Right.MANAGE_STAFF, recent=True)
    def reset(self) -> Any:
        name = _named(self._proofs)
        if name == viewer().name:
            return _page(
                self._proofs, {f"role-{name}": "Change your own password on your account page."}
            ), HTTPStatus.BAD_REQUEST
        link = _link(self._proofs, lambda each: reset_account(each, name, _act(self._proofs)))
        return render_template("sign_in/link.html", name=name, link=link, is_new=False)

    @needs(Right.MANAGE_STAFF, recent=True)
    def ask_before_removal(self) -> Any:
        return _removal_page(self._proofs, {})

    @needs(Right.MANAGE_STAFF, recent=True)
    def remove(self) -> Any:
        form = FormReader(request.form)
        reason = form.reason("reason", "Say why; the audit log keeps it.")
        try:
            name = _named(self._proofs)
            if form.errors:
                return _removal_page(self._proofs, form.errors), HTTPStatus.BAD_REQUEST
            act = _act(self._proofs, reason)
            self._proofs.transact(lambda each: remove_account(each, name, act))
        except LastAdmin as error:
            return _removal_page(self._proofs, {"reason": str(error)}), HTTPStatus.BAD_REQUEST
        except AccountRemoved as removed:
            return _done(f"{removed}.")
        return _done(f"{name} cannot use the console any more.")


def _named(proofs: Proofs) -> str:
    """The stored name of the account that a form, or an address, is about. Raises NotKnown or AccountRemoved."""
    typed = request.values.get("name", "")
    try:
        name: str = proofs.transact(lambda each: account_named(each, normal_name(typed))).name
    except AccountRemoved:
        raise
    except NotKnown as error:
        raise NotKnown("Nobody with this name may use the console.") from error
    return name


def _taken(taken: AccountExists) -> str:
    """What to do about a name that somebody has, where the link may have been lost with a second click."""
    if taken.is_set_up:
        return f"{taken.name} has an account already."
    return (
        f"{taken.name} has an account already, and was invited. If their link is lost, press “New link” beside their"
        " name in the table: it makes another, and the earlier one ends."
    )


def _page(proofs: Proofs, errors: dict[str, str]) -> str:
    now = proofs.now()
    return render_template(
        "sign_in/staff.html",
        errors=errors,
        accounts=proofs.transact(lambda each: list_accounts(each, now)),
        roles=[(role.value, _may(role)) for role in Role],
        of_partner=Role.PARTNER.value,
        partners=proofs.transact(listed_partners),
        typed_partner=request.form.get("partner", ""),
        typed_name=request.form.get("name", ""),
        typed_role=request.form.get("role", ""),
    )


def _may(role: Role) -> str:
    """What somebody with the role may do, for a person who chooses one."""
    if role is Role.ADMIN:
        return "May do everything."
    if role is Role.PARTNER:
        return (
            "Belongs to a partner: may "
            + "; ".join(right.value for right in Right if right in OF_A_PARTNER)
            + "."
        )
    beyond = RIGHTS[role] - RIGHTS[Role.VIEWER]
    words = "; ".join(right.value for right in Right if right in (beyond or RIGHTS[role]))
    return f"May do what a viewer may, and {words}." if beyond else f"May {words}."


def _removal_page(proofs: Proofs, errors: dict[str, str]) -> str:
    name, now = _named(proofs), proofs.now()
    account = proofs.transact(lambda each: account_named(each, name))
    open_in = len(proofs.transact(lambda each: sessions_of(each, account.id, now)))
    return render_template("sign_in/remove.html", errors=errors, account=account, open_in=open_in)


def _link(proofs: Proofs, prepare: Any) -> str:
    """Prepare an account, and make its link. It is shown once; the database keeps only a hash."""
    token, now = secrets.token_urlsafe(32), proofs.now()

    def work(each: Session) -> None:
        invite(each, prepare(each), token_hash(token), now)

    proofs.transact(work)
    return f"{proofs.dependencies.public_url}{url_for('invitation.follow', token=token)}"


def _act(proofs: Proofs, reason: str = "") -> StaffAct:
    return StaffAct(viewer().name, proofs.now(), reason)


def _done(sentence: str) -> Any:
    flash(sentence, "good")
    return redirect(url_for("staff.listed"), 303)
