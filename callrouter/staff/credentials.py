"""What a person proves with who they are: password, TOTP counter, recovery codes, passkeys.

The console checks a proof; here it is stored, and used up where it counts once. Each change is in the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.model import Passkey, RecoveryCode, StaffAccount


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A credential that an authenticator has just made; `public_key` is COSE."""

    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


def change_password(session: Session, account: int, password_hash: str, own: Access) -> None:
    """Replace the password."""
    session.execute(_CHANGE_PASSWORD, {"account": account, "password": password_hash})
    _audit(session, own, "password changed")


def use_totp_counter(session: Session, account: int, counter: int) -> bool:
    """Use up the code of this counter, and all before it; False where it was used up already."""
    used = session.execute(_USE_COUNTER, {"account": account, "counter": counter})
    return used.scalar() is not None


def use_recovery_code(session: Session, account: int, code: bytes, own: Access) -> bool:
    """Use up the recovery code of this hash; False where there is none."""
    used = session.execute(_USE_CODE, {"account": account, "code": code}).scalar() is not None
    if used:
        _audit(session, own, "recovery code used")
    return used


def renew_recovery_codes(session: Session, account: int, codes: Sequence[bytes], own: Access) -> None:
    """Replace the recovery codes because the person asked for it."""
    replace_recovery_codes(session, account, codes)
    _audit(session, own, "recovery codes renewed")


def replace_recovery_codes(session: Session, account: int, codes: Sequence[bytes]) -> None:
    """Replace the recovery codes. `codes` are hashes."""
    session.execute(_DELETE_CODES, {"account": account})
    for code in codes:
        session.execute(_ADD_CODE, {"account": account, "code_hash": code})


def count_recovery_codes(session: Session, account: int) -> int:
    """How many are left."""
    left: int = session.execute(_COUNT_CODES, {"account": account}).scalar()
    return left


def add_passkey(session: Session, account: int, new: NewPasskey, own: Access) -> None:
    """Let a passkey sign the person in. Raises DuplicateKey where it is known already."""
    values = {
        "account": account,
        "name": new.name,
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "transports": new.transports,
        "added_at": own.at,
    }
    session.execute(_ADD_PASSKEY, values)
    _audit(session, own, "passkey added")


def passkeys_of(session: Session, account: int) -> Sequence[Any]:
    """Rows of the person's passkeys, the oldest first."""
    return session.execute(_PASSKEYS, {"account": account}).all()


def passkey_with(session: Session, credential_id: bytes) -> Any:
    """The passkey of this credential; None where nobody has it."""
    return session.execute(_PASSKEY, {"credential": credential_id}).one_or_none()


def use_passkey(session: Session, passkey: int, sign_count: int, now: datetime, made_at: datetime) -> bool:
    """Note that it was used; False where its counter did not grow: the answer came twice, or the passkey was copied.

    Many authenticators have no counter, and say 0. There, the challenge must have been made (`made_at`) after the last
    use, or its answer may have come before.
    """
    values = {"passkey": passkey, "signs": sign_count, "now": now, "made_at": made_at}
    used = session.execute(_USE_PASSKEY, values)
    return used.scalar() is not None


def remove_passkey(session: Session, account: int, passkey: int, own: Access) -> None:
    """Remove a passkey of this person."""
    if session.execute(_REMOVE_PASSKEY, {"account": account, "passkey": passkey}).scalar() is not None:
        _audit(session, own, "passkey removed")


def change_preferences(session: Session, account: int, zone: str, shortcuts: bool) -> None:
    """The time zone that the person reads in, and whether shortcuts are on."""
    session.execute(_PREFER, {"account": account, "tz": zone, "keys": shortcuts})


def _audit(session: Session, own: Access, action: str) -> None:
    record_access(session, own, action, own.person)


_ACCOUNT = sa.bindparam("account", type_=sa.Integer)
_OWN = sa.update(StaffAccount).where(StaffAccount.id == _ACCOUNT)
_CHANGE_PASSWORD = _OWN.values(password_hash=sa.bindparam("password"))
_PREFER = _OWN.values(zone=sa.bindparam("tz"), shortcuts=sa.bindparam("keys"))
_COUNTER = sa.bindparam("counter", type_=sa.BigInteger)
_USE_COUNTER = (
    _OWN.where(sa.or_(StaffAccount.totp_counter.is_(None), StaffAccount.totp_counter < _COUNTER))
    .values(totp_counter=_COUNTER)
    .returning(StaffAccount.id)
)
_DELETE_CODES = sa.delete(RecoveryCode).where(RecoveryCode.account == _ACCOUNT)
_USE_CODE = _DELETE_CODES.where(
    RecoveryCode.code_hash == sa.bindparam("code", type_=sa.LargeBinary)
).returning(RecoveryCode.account)
_ADD_CODE = sa.insert(RecoveryCode)
_COUNT_CODES = sa.select(sa.func.count()).where(RecoveryCode.account == _ACCOUNT)
_ADD_PASSKEY = sa.insert(Passkey)
_PASSKEYS = sa.select(*Passkey.__table__.c).where(Passkey.account == _ACCOUNT).order_by(Passkey.id)
_PASSKEY = sa.select(*Passkey.__table__.c).where(
    Passkey.credential_id == sa.bindparam("credential", type_=sa.LargeBinary)
)
_PASSKEY_ID = sa.bindparam("passkey", type_=sa.Integer)
_SIGNS = sa.bindparam("signs", type_=sa.BigInteger)
_NOT_USED_SINCE = sa.or_(Passkey.used_at.is_(None), Passkey.used_at < sa.bindparam("made_at"))
_USE_PASSKEY = (
    sa.update(Passkey)
    .where(
        Passkey.id == _PASSKEY_ID,
        sa.or_(sa.and_(Passkey.sign_count == 0, _SIGNS == 0, _NOT_USED_SINCE), Passkey.sign_count < _SIGNS),
    )
    .values(sign_count=_SIGNS, used_at=sa.bindparam("now"))
    .returning(Passkey.id)
)
_REMOVE_PASSKEY = (
    sa.delete(Passkey).where(Passkey.account == _ACCOUNT, Passkey.id == _PASSKEY_ID).returning(Passkey.id)
)
