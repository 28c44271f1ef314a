"""Putting a caller's number into the vault, in the transaction of its call; and taking it out to dial it."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session, Statement, sql
from callrouter.privacy.vault import Sealed, Vault

_KEEP = sql(
    "INSERT INTO sealed_number (call, purpose, key_id, sealed, sealed_at)"
    " VALUES (:call, :purpose, :key_id, :sealed, :at)"
)

_KEEP_INSTEAD = sql(
    "INSERT INTO sealed_number (call, purpose, key_id, sealed, sealed_at)"
    " VALUES (:call, :purpose, :key_id, :sealed, :at) ON CONFLICT (call, purpose) DO UPDATE SET"
    " key_id = excluded.key_id, sealed = excluded.sealed, sealed_at = excluded.sealed_at"
)
_KEPT = sql("SELECT key_id, sealed FROM sealed_number WHERE call = :call AND purpose = :purpose")


def keep(session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime) -> str:
    """Seal a number for a call and a purpose; its match value is returned."""
    _store(session, _KEEP, (call, purpose), vault.seal(number, call, purpose), now)
    return vault.match(number)


def keep_instead(session: Session, vault: Vault, call: str, number: str, purpose: str, now: datetime) -> str:
    """Like `keep`, in the place of a number that was kept for the same purpose before."""
    _store(session, _KEEP_INSTEAD, (call, purpose), vault.seal(number, call, purpose), now)
    return vault.match(number)


def kept(session: Session, vault: Vault, call: str, purpose: str) -> str | None:
    """The number, for the moment of dialling it; None where it was deleted."""
    rows = session.ask(_KEPT, call=call, purpose=purpose)
    return vault.unseal(Sealed(*rows[0]), call, purpose) if rows else None


def _store(
    session: Session, statement: Statement, place: tuple[str, str], sealed: Sealed, now: datetime
) -> None:
    call, purpose = place
    session.tell(statement, call=call, purpose=purpose, key_id=sealed.key_id, sealed=sealed.content, at=now)
