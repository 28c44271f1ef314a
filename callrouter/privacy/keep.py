"""Putting a caller's number into the vault, in the transaction of its call."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, sql
from callrouter.privacy.vault import Vault

_KEEP = sql(
    "INSERT INTO sealed_number (call, purpose, key_id, sealed, sealed_at)"
    " VALUES (:call, :purpose, :key_id, :sealed, :at)"
)


def keep(session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime) -> str:
    """Seal a number for a call and a purpose; its match value is returned."""
    sealed = vault.seal(number, call, purpose)
    session.tell(_KEEP, call=call, purpose=purpose, key_id=sealed.key_id, sealed=sealed.content, at=now)
    return vault.match(number)
