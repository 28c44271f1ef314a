"""Where people are signed in. A session is a row, so that signing out, and being removed, act at the next click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.model import StaffAccount, StaffSession

IDLE = timedelta(hours=12)
"""after which a session is not valid any more"""
SEEN_EVERY = timedelta(minutes=1)
CONFIRMATION_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A browser that signs in; `token` is the hash of what it keeps, `proof` what it signed in with.

    `proved_at` is when the person proved who they are; None: now.
    """

    token: bytes
    address: str
    browser: str
    proof: str
    proved_at: datetime | None = None


def start_session(session: Session, account: int, new: NewSession, own: Access) -> None:
    """Sign a person in. Sessions that nobody uses any more are deleted."""
    session.execute(_DELETE_IDLE, {"since": own.at - IDLE})
    values = {
        "token_hash": new.token,
        "account": account,
        "started_at": own.at,
        "seen_at": own.at,
        "confirmed_at": new.proved_at or own.at,
        "address": new.address,
        "browser": new.browser,
        "proof": new.proof,
    }
    session.execute(_START, values)
    record_access(session, own, "signed in", own.person)


def find_session(session: Session, token: bytes, now: datetime) -> Any:
    """The session with its account's name, role, partner, zone and shortcuts.

    None where it ended, idled or was removed.
    """
    return session.execute(_FIND, {"token": token, "since": now - IDLE}).one_or_none()


def see_session(session: Session, number: int, now: datetime) -> None:
    """Note that the person did something in it."""
    session.execute(_SEE, {"number": number, "now": now})


def confirm_session(session: Session, number: int, own: Access, *, proved_at: datetime | None = None) -> None:
    """Note that the person has proved anew who they are; `proved_at` None: now."""
    session.execute(_CONFIRM, {"number": number, "now": proved_at or own.at})
    record_access(session, own, "identity confirmed", own.person)


def sessions_of(session: Session, account: int, now: datetime) -> Sequence[Any]:
    """Rows of the sessions of a person, the latest first."""
    return session.execute(_LIST, {"account": account, "since": now - IDLE}).all()


def end_session(session: Session, account: int, number: int, own: Access) -> None:
    """Sign a person out of one browser."""
    if session.execute(_END, {"account": account, "number": number}).scalar() is not None:
        record_access(session, own, "signed out", own.person)


def end_sessions(session: Session, account: int, own: Access, *, but: int | None = None) -> int:
    """Sign a person out everywhere, or everywhere but in one session; how many sessions ended."""
    ended = session.execute(_END_ALL, {"account": account, "but": but or 0}).all()
    if ended:
        record_access(session, own, "signed out everywhere", own.person)
    return len(ended)


_ACCOUNT = sa.bindparam("account", type_=sa.Integer)
_NUMBER = sa.bindparam("number", type_=sa.Integer)
_NOT_IDLE = StaffSession.seen_at > sa.bindparam("since")
_DELETE_IDLE = sa.delete(StaffSession).where(StaffSession.seen_at <= sa.bindparam("since"))
_START = sa.insert(StaffSession)
_FIND = (
    sa.select(
        *StaffSession.__table__.c,
        StaffAccount.name,
        StaffAccount.role,
        StaffAccount.partner,
        StaffAccount.zone,
        StaffAccount.shortcuts,
    )
    .join(StaffAccount, StaffAccount.id == StaffSession.account)
    .where(
        StaffSession.token_hash == sa.bindparam("token", type_=sa.LargeBinary),
        _NOT_IDLE,
        StaffAccount.removed_at.is_(None),
    )
)
_OF_NUMBER = sa.update(StaffSession).where(StaffSession.id == _NUMBER)
_SEE = _OF_NUMBER.values(seen_at=sa.bindparam("now"))
_CONFIRM = _OF_NUMBER.values(confirmed_at=sa.bindparam("now"))
_LIST = (
    sa.select(*StaffSession.__table__.c)
    .where(StaffSession.account == _ACCOUNT, _NOT_IDLE)
    .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
)
_OF_ACCOUNT = sa.delete(StaffSession).where(StaffSession.account == _ACCOUNT)
_END = _OF_ACCOUNT.where(StaffSession.id == _NUMBER).returning(StaffSession.id)
_END_ALL = _OF_ACCOUNT.where(StaffSession.id != sa.bindparam("but", type_=sa.Integer)).returning(
    StaffSession.id
)
