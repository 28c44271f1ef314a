"""Who people are at an OpenID Connect provider, and whose account that is.

The provider vouches for a person; it makes no account and gives no role. An account is bound to the provider's subject
once: by an invitation that was followed, or by a verified e-mail address that equals the sign-in name. From then on the
subject alone counts, because an address may be handed on to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.accounts import account_named, lock_accounts, remove_credentials
from callrouter.staff.invitations import open_invitation
from callrouter.staff.model import StaffAccount, StaffIdentity, StaffInvitation


class NotInvited(Fault):
    """No account belongs to this person."""


class IdentityTaken(Fault):
    """The account belongs to another person of the provider."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider names them. `subject` never changes; `email` is None unless it is verified."""

    issuer: str
    subject: str
    email: str | None = None


def account_of(session: Session, identity: Identity) -> Any:
    """The row of the account that is bound to the person; None where there is none."""
    return session.execute(_ACCOUNT_OF, _key(identity)).one_or_none()


def is_bound(session: Session, account: int, issuer: str) -> bool:
    """Whether the person of an account can sign in through this provider."""
    return session.execute(_BOUND, {"account": account, "issuer": issuer}).scalar() is not None


def bind_by_email(session: Session, identity: Identity, now: datetime) -> int:
    """Bind the account whose name is the person's verified address. Returns its id.

    Raises NotInvited, IdentityTaken, or DuplicateKey where the person has another account.
    """
    lock_accounts(session)
    account = _account_with_email(session, identity.email)
    if is_bound(session, account.id, identity.issuer):
        raise IdentityTaken(f"{account.name} belongs to another person of the provider")
    # Whoever finds an old link must not set up the account a second time.
    session.execute(_DELETE_INVITATIONS, {"account": account.id})
    _bind(session, account.id, identity, now)
    access = Access(account.name, f"by the verified e-mail address, at {identity.issuer}", now)
    record_access(session, access, "single sign-on set up", account.name)
    number: int = account.id
    return number


def bind_by_invitation(session: Session, token: bytes, identity: Identity, now: datetime) -> int:
    """Accept an invitation without a password; the account's id.

    Raises InvitationExpired, or DuplicateKey where the person has another account.
    """
    lock_accounts(session)
    found = open_invitation(session, token, now)
    remove_credentials(session, found.account)
    _bind(session, found.account, identity, now)
    access = Access(found.name, f"signs in through {identity.issuer}", now)
    record_access(session, access, "staff invitation accepted", found.name)
    account: int = found.account
    return account


def _account_with_email(session: Session, email: str | None) -> Any:
    # Some letters beyond ASCII have a lower case within it.
    if email is None or not email.isascii():
        raise NotInvited("the provider vouches for no e-mail address")
    try:
        return account_named(session, email)
    except NotKnown as error:
        raise NotInvited("no account has this e-mail address as its name") from error


def _bind(session: Session, account: int, identity: Identity, now: datetime) -> None:
    session.execute(_BIND, {**_key(identity), "account": account, "bound_at": now})
    session.execute(_SET_UP, {"account": account, "now": now})


def _key(identity: Identity) -> dict[str, str]:
    return {"issuer": identity.issuer, "subject": identity.subject}


_ACCOUNT = sa.bindparam("account", type_=sa.Integer)
_ISSUER = StaffIdentity.issuer == sa.bindparam("issuer", type_=sa.Text)
_ACCOUNT_OF = (
    sa.select(*StaffAccount.__table__.c)
    .join(StaffIdentity, StaffIdentity.account == StaffAccount.id)
    .where(
        _ISSUER,
        StaffIdentity.subject == sa.bindparam("subject", type_=sa.Text),
        StaffAccount.removed_at.is_(None),
    )
)
_BOUND = sa.select(StaffIdentity.account).where(StaffIdentity.account == _ACCOUNT, _ISSUER)
_BIND = sa.insert(StaffIdentity)
_SET_UP = (
    sa.update(StaffAccount)
    .where(StaffAccount.id == _ACCOUNT)
    .values(set_up_at=sa.func.coalesce(StaffAccount.set_up_at, sa.bindparam("now")))
)
_DELETE_INVITATIONS = sa.delete(StaffInvitation).where(StaffInvitation.account == _ACCOUNT)
