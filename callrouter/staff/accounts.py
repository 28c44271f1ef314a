"""Staff accounts: adding, changing and removing them. Each act is in the audit log.

There is always somebody who can sign in and manage the others: the last such admin can be neither removed nor demoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.errors import Fault, NotKnown
from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.staff.model import (
    NAME,
    Passkey,
    RecoveryCode,
    StaffAccount,
    StaffIdentity,
    StaffInvitation,
    StaffSession,
)
from callrouter.staff.roles import Role
from callrouter.staff.saved_views import delete_own_views

INVITATION_LASTS = timedelta(hours=72)


class LastAdmin(Fault):
    """The act would leave nobody who can sign in and manage staff."""


class AccountExists(Fault):
    """Somebody has an account under this name. `is_set_up`: they have accepted their invitation."""

    def __init__(self, name: str, *, is_set_up: bool) -> None:
        super().__init__(f"{name} has an account already: `callrouter staff reset {name}` makes a new link")
        self.name, self.is_set_up = name, is_set_up


class AccountRemoved(NotKnown):
    """The person was removed already."""


@dataclass(frozen=True, slots=True)
class StaffAct:
    """Who does something to an account, when, and why where a reason is asked for."""

    person: str
    at: datetime
    reason: str = ""


def normal_name(name: str) -> str:
    """The name as it is stored. Raises Fault where it cannot be one."""
    lowered = name.strip().lower()
    if not re.fullmatch(NAME, lowered):
        raise Fault(
            f"{name!r} cannot be a sign-in name: up to 100 letters a to z, digits and . _ @ + -,"
            " beginning with a letter or a digit"
        )
    return lowered


def add_account(session: Session, name: str, role: Role, act: StaffAct, *, partner: str | None = None) -> int:
    """Add an account, or restore one that was removed. It has no credentials yet. Returns its id.

    `partner` is the key of a partner that there is, for the role `partner` and no other. Raises AccountExists where the
    name is taken, and Fault where the partner is missing.
    """
    if (role is Role.PARTNER) != (partner is not None):
        raise Fault("name the partner whose person it is: for the role partner, and for no other")
    lock_accounts(session)
    known = session.execute(_BY_NAME, {"name": name}).one_or_none()
    if known is None:
        values = {
            "name": name,
            "role": role.value,
            "partner": partner,
            "added_at": act.at,
            "added_by": act.person,
        }
        account: int = session.execute(_ADD, values).scalar()
    elif known.removed_at is None:
        raise AccountExists(name, is_set_up=known.set_up_at is not None)
    else:
        account = known.id
        session.execute(_REINSTATE, {"account": account, "new_role": role.value, "of_partner": partner})
    _audit(session, act, "staff added", name, AuditedChange(None, _role_in_words(role.value, partner)))
    return account


def invite(
    session: Session, account: int, token: bytes, now: datetime, *, is_first: bool = False
) -> datetime:
    """Replace the account's invitation. `token` is the hash of the link's token. Returns when it expires."""
    expires = now + INVITATION_LASTS
    session.execute(_DELETE_INVITATIONS, {"one": account})
    values = {"token_hash": token, "account": account, "expires_at": expires, "is_first": is_first}
    session.execute(_INVITE, values)
    return expires


def reset_account(session: Session, name: str, act: StaffAct) -> int:
    """Take every credential and session, for somebody who forgot a password or lost a telephone; the account's id."""
    account = _locked_account(session, name)
    remove_credentials(session, account.id)
    _audit(
        session, act, "staff reset", account.name, AuditedChange("password, passkeys, sessions", "a new link")
    )
    number: int = account.id
    return number


def remove_account(session: Session, name: str, act: StaffAct) -> None:
    """Remove a person, who is out at the next click. Views that they saved for all stay.

    Raises NotKnown, AccountRemoved or LastAdmin.
    """
    account = _locked_account(session, name)
    _keep_an_admin(session, account.id, f"{account.name} is the last admin, and cannot be removed")
    remove_credentials(session, account.id)
    delete_own_views(session, account.id)
    session.execute(_REMOVE, {"account": account.id, "at": act.at})
    _audit(
        session,
        act,
        "staff removed",
        account.name,
        AuditedChange(_role_in_words(account.role, account.partner), None),
    )


def change_role(session: Session, name: str, role: Role, act: StaffAct) -> None:
    """Give a person another role, from the next click on.

    Raises NotKnown or LastAdmin, and Fault where a partner's person would become one of the staff, or the reverse.
    """
    account = _locked_account(session, name)
    if account.role == role.value:
        return
    if Role.PARTNER in (role, account.role):
        raise Fault(
            "a partner's person cannot become one of the staff, nor the other way round: remove and invite"
        )
    _keep_an_admin(session, account.id, f"{account.name} is the last admin, and has to stay one")
    session.execute(_CHANGE_ROLE, {"account": account.id, "new_role": role.value})
    _audit(session, act, "staff role changed", account.name, AuditedChange(account.role, role.value))


def account_named(session: Session, name: str) -> Any:
    """The row of an account that was not removed. Raises NotKnown, and AccountRemoved where it was."""
    found = session.execute(_BY_NAME, {"name": name.strip().lower()}).one_or_none()
    if found is not None and found.removed_at is not None:
        raise AccountRemoved(f"{found.name} was removed already, and cannot use the console")
    if found is None:
        raise NotKnown(f"no staff account has the name {name!r}: `callrouter staff list` shows them")
    return found


def account_by_id(session: Session, account: int) -> Any:
    """The row of an account that was not removed; None where there is none."""
    return session.execute(_BY_ID, {"account": account}).one_or_none()


def account_of_first_link(session: Session, name: str, act: StaffAct) -> int | None:
    """An admin's account for whoever has the link of a fresh installation; None where the link is dead."""
    lock_accounts(session)
    if somebody_is_set_up(session):
        return None
    known = session.execute(_BY_NAME, {"name": name}).one_or_none()
    if known is None or known.removed_at is not None:
        return add_account(session, name, Role.ADMIN, act)
    change_role(session, name, Role.ADMIN, act)
    account: int = known.id
    return account


def list_accounts(session: Session, now: datetime) -> Sequence[Any]:
    """Rows of id, name, role, partner, added_at, added_by, state (`active`, `invited`, `link expired`) and seen_at."""
    return session.execute(_LIST, {"now": now}).all()


def somebody_is_set_up(session: Session) -> bool:
    """Whether anybody has ever accepted an invitation. Until then a fresh installation hands out its first link."""
    return bool(session.execute(_ANYBODY).scalar())


def lock_accounts(session: Session) -> None:
    """Wait for others who add, change or remove an account."""
    session.execute(_LOCK_ACCOUNTS)


def remove_credentials(session: Session, account: int) -> None:
    """Everything that the account could be entered with, and every session of it."""
    for statement in (_NO_CREDENTIALS, _DELETE_INVITATIONS, *_DELETE_PROOFS, _DELETE_SESSIONS):
        session.execute(statement, {"one": account})


def _locked_account(session: Session, name: str) -> Any:
    lock_accounts(session)
    return account_named(session, name)


def _keep_an_admin(session: Session, account: int, sentence: str) -> None:
    """Raises LastAdmin where nobody but this account can sign in as an admin. Hold the lock of accounts."""
    admins = set(session.execute(_ADMINS).scalars())
    if admins == {account}:
        raise LastAdmin(f"{sentence}: make somebody else an admin first")


def _role_in_words(role: str, partner: str | None) -> str:
    return f"{role} of {partner}" if partner else role


def _audit(session: Session, act: StaffAct, action: str, name: str, change: AuditedChange) -> None:
    record_access(session, Access(act.person, act.reason, act.at), action, name, change)


_ACCOUNT = sa.bindparam("account", type_=sa.Integer)
_ONE = sa.bindparam("one", type_=sa.Integer)
_BY_NAME = sa.select(*StaffAccount.__table__.c).where(StaffAccount.name == sa.bindparam("name"))
_BY_ID = sa.select(*StaffAccount.__table__.c).where(
    StaffAccount.id == _ACCOUNT, StaffAccount.removed_at.is_(None)
)
_ADD = sa.insert(StaffAccount).returning(StaffAccount.id)
_OF_ACCOUNT = sa.update(StaffAccount).where(StaffAccount.id == _ACCOUNT)
_REINSTATE = _OF_ACCOUNT.values(
    removed_at=None, role=sa.bindparam("new_role"), partner=sa.bindparam("of_partner", type_=sa.Text)
)
_REMOVE = _OF_ACCOUNT.values(removed_at=sa.bindparam("at"))
_CHANGE_ROLE = _OF_ACCOUNT.values(role=sa.bindparam("new_role"))
_NO_CREDENTIALS = (
    sa.update(StaffAccount)
    .where(StaffAccount.id == _ONE)
    .values(password_hash=None, totp_secret=None, totp_counter=None)
)
_INVITE = sa.insert(StaffInvitation)
_DELETE_INVITATIONS = sa.delete(StaffInvitation).where(StaffInvitation.account == _ONE)
_DELETE_PROOFS = (
    sa.delete(Passkey).where(Passkey.account == _ONE),
    sa.delete(RecoveryCode).where(RecoveryCode.account == _ONE),
    sa.delete(StaffIdentity).where(StaffIdentity.account == _ONE),
)
_DELETE_SESSIONS = sa.delete(StaffSession).where(StaffSession.account == _ONE)
_CAN_SIGN_IN = sa.or_(
    StaffAccount.password_hash.is_not(None), sa.exists().where(StaffIdentity.account == StaffAccount.id)
)
_ADMINS = sa.select(StaffAccount.id).where(StaffAccount.role == Role.ADMIN.value, _CAN_SIGN_IN)
_ANYBODY = sa.select(sa.exists().where(StaffAccount.set_up_at.is_not(None)))
_LOCK_ACCOUNTS = sa.select(sa.func.pg_advisory_xact_lock(AdvisoryLock.STAFF_ACCOUNTS))
_INVITED_UNTIL = (
    sa.select(sa.func.max(StaffInvitation.expires_at))
    .where(StaffInvitation.account == StaffAccount.id)
    .scalar_subquery()
)
_LIST = (
    sa.select(
        StaffAccount.id,
        StaffAccount.name,
        StaffAccount.role,
        StaffAccount.partner,
        StaffAccount.added_at,
        StaffAccount.added_by,
        sa.case(
            (_CAN_SIGN_IN, "active"),
            (sa.bindparam("now") < _INVITED_UNTIL, "invited"),
            else_="link expired",
        ).label("state"),
        sa.select(sa.func.max(StaffSession.seen_at))
        .where(StaffSession.account == StaffAccount.id)
        .scalar_subquery()
        .label("seen_at"),
    )
    .where(StaffAccount.removed_at.is_(None))
    .order_by(StaffAccount.name)
)
