"""Seals a caller's number, unseals it to dial it, and erases it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.privacy.model import SealedNumber
from callrouter.privacy.vault import Sealed, Vault

_ADD = insert(SealedNumber)
_REPLACE = _ADD.on_conflict_do_update(
    index_elements=["call", "purpose"],
    set_={
        "key_id": _ADD.excluded.key_id,
        "sealed": _ADD.excluded.sealed,
        "sealed_at": _ADD.excluded.sealed_at,
    },
)
_SEALED = sa.select(SealedNumber.key_id, SealedNumber.sealed).where(
    SealedNumber.call == sa.bindparam("call"), SealedNumber.purpose == sa.bindparam("purpose")
)
_ERASE = sa.delete(SealedNumber).where(
    SealedNumber.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text)))
)


def seal_number(session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime) -> str:
    """Seal a number for a call and a purpose. Returns its match value."""
    session.execute(_ADD, _row(vault.seal(number, call, purpose), call, purpose, now))
    return vault.match(number)


def replace_number(
    session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime
) -> str:
    """Seal a number in place of the one that was sealed for this call and purpose."""
    session.execute(_REPLACE, _row(vault.seal(number, call, purpose), call, purpose, now))
    return vault.match(number)


def unseal_number(session: Session, vault: Vault, call: str, purpose: str) -> str | None:
    """Return the number, to dial it now. None if it was erased."""
    row = session.execute(_SEALED, {"call": call, "purpose": purpose}).one_or_none()
    return vault.unseal(Sealed(row.key_id, row.sealed), call, purpose) if row else None


def erase_numbers(session: Session, calls: list[str]) -> None:
    """Delete all sealed numbers of these calls."""
    session.execute(_ERASE, {"calls": calls})


def _row(sealed: Sealed, call: str, purpose: str, now: datetime) -> dict[str, Any]:
    place = {"call": call, "purpose": purpose}
    return {**place, "key_id": sealed.key_id, "sealed": sealed.content, "sealed_at": now}
