"""Seals a caller's number, unseals it to dial it, and erases it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.privacy.data_keys import NUMBER
from callrouter.privacy.model import SealedNumber, StoredDataKey, data_key_of
from callrouter.privacy.vault import Vault

_ADD = insert(SealedNumber)
_REPLACE = _ADD.on_conflict_do_update(
    index_elements=["call", "purpose"],
    set_={name: _ADD.excluded[name] for name in ("day", "sealed", "sealed_at")},
)
_SEALED = (
    sa.select(SealedNumber.day, SealedNumber.sealed, StoredDataKey.key_id, StoredDataKey.wrapped)
    .join(StoredDataKey, data_key_of(NUMBER, SealedNumber.day))
    .where(SealedNumber.call == sa.bindparam("call"), SealedNumber.purpose == sa.bindparam("purpose"))
)
_ERASE = (
    sa.delete(SealedNumber)
    .where(SealedNumber.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))))
    .returning(SealedNumber.call)
)


def seal_number(session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime) -> None:
    """Seal a number for a call and a purpose."""
    session.execute(_ADD, _row(session, vault, call, number, purpose, now))


def replace_number(
    session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime
) -> None:
    """Seal a number in place of the one that was sealed for this call and purpose."""
    session.execute(_REPLACE, _row(session, vault, call, number, purpose, now))


def unseal_number(session: Session, vault: Vault, call: str, purpose: str) -> str | None:
    """Return the number, to dial it now. None if it was erased, or the key of its day was destroyed.

    Raises ChangedSeal and WrongMasterKey.
    """
    row = session.execute(_SEALED, {"call": call, "purpose": purpose}).one_or_none()
    if row is None:
        return None
    return vault.opening_key(NUMBER, row.day, row).open(row.sealed, _place(call, purpose)).decode()


def erase_numbers(session: Session, calls: list[str]) -> int:
    """Delete all sealed numbers of these calls. Returns how many there were."""
    return len(session.execute(_ERASE, {"calls": calls}).all())


def _row(
    session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime
) -> dict[str, Any]:
    key = vault.sealing_key(session, NUMBER, now)
    sealed = key.seal(number.encode(), _place(call, purpose))
    return {"call": call, "purpose": purpose, "day": key.name.period, "sealed": sealed, "sealed_at": now}


def _place(call: str, purpose: str) -> str:
    """Where a sealed number stands: it opens nowhere else."""
    return f"sealed_number/{call}/{purpose}/sealed"
