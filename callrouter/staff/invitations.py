"""Accepting an invitation: a password is chosen, and then a first TOTP code proves the second factor.

Until the code is right, nothing of it holds. What was chosen belongs to one browser: whoever opens the link elsewhere
begins anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.accounts import lock_accounts, remove_credentials, somebody_is_set_up
from callrouter.staff.credentials import replace_recovery_codes
from callrouter.staff.model import StaffAccount, StaffInvitation


class InvitationExpired(Fault):
    """The link was used, was replaced, is too old, or never existed."""


def open_invitation(session: Session, token: bytes, now: datetime) -> Any:
    """The invitation of this token hash, with the account's `name`, `zone` and `role`. Raises InvitationExpired."""
    found = session.execute(_OPEN, {"token": token, "now": now}).one_or_none()
    if found is None or (found.is_first and somebody_is_set_up(session)):
        raise InvitationExpired("This link is not valid any more. Ask an admin for a new one.")
    return found


def choose_password(
    session: Session, token: bytes, password_hash: str, totp_secret: str, *, browser: bytes
) -> None:
    """Keep what the person in this browser chose, until the first code."""
    values = {"token": token, "password": password_hash, "secret": totp_secret, "browser": browser}
    session.execute(_CHOOSE, values)


def accept_invitation(
    session: Session, token: bytes, counter: int, codes: list[bytes], zone: str, now: datetime
) -> int:
    """Put the chosen password, second factor and recovery codes in force. Returns the account.

    Raises InvitationExpired.

    `counter` is the one of the TOTP code that was just accepted.
    """
    lock_accounts(session)
    found = open_invitation(session, token, now)
    remove_credentials(session, found.account)
    values = {"account": found.account, "password": found.password_hash, "secret": found.totp_secret}
    session.execute(_SET_UP, {**values, "counter": counter, "tz": zone, "now": now})
    replace_recovery_codes(session, found.account, codes)
    access = Access(found.name, "password and second factor chosen", now)
    record_access(session, access, "staff invitation accepted", found.name)
    account: int = found.account
    return account


_TOKEN = sa.bindparam("token", type_=sa.LargeBinary)
_OPEN = (
    sa.select(*StaffInvitation.__table__.c, StaffAccount.name, StaffAccount.zone, StaffAccount.role)
    .join(StaffAccount, StaffAccount.id == StaffInvitation.account)
    .where(
        StaffInvitation.token_hash == _TOKEN,
        StaffInvitation.expires_at > sa.bindparam("now"),
        StaffAccount.removed_at.is_(None),
    )
)
_CHOOSE = (
    sa.update(StaffInvitation)
    .where(StaffInvitation.token_hash == _TOKEN)
    .values(
        password_hash=sa.bindparam("password"),
        totp_secret=sa.bindparam("secret"),
        browser_hash=sa.bindparam("browser"),
    )
)
_SET_UP = (
    sa.update(StaffAccount)
    .where(StaffAccount.id == sa.bindparam("account", type_=sa.Integer))
    .values(
        password_hash=sa.bindparam("password"),
        totp_secret=sa.bindparam("secret"),
        totp_counter=sa.bindparam("counter"),
        zone=sa.bindparam("tz"),
        set_up_at=sa.func.coalesce(StaffAccount.set_up_at, sa.bindparam("now")),
    )
)
