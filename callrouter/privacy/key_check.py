"""Checks that the vault key is the one that the database was filled with.

A wrong key would seal and match without an error until somebody's number has to be opened. So the database stores a
keyed fingerprint of the key, which reveals nothing about it, and every process compares it at the start. `key_fault`
and `check_key` only read. `know_key` also stores the first key, and a key that was rotated: the new one is first in
the ring, and the old one is still there (docs/decisions/0032).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from callrouter.errors import CallRouterError
from callrouter.privacy.audit import Access
from callrouter.privacy.model import AuditEntry, SealedNumber, VaultKey
from callrouter.privacy.vault import Sealed, Vault

SHOWN = 8
"""characters of a fingerprint that are shown to people"""
SET_BACK = (
    "set the old key back (CALLROUTER_VAULT_KEY, or vault.key in CALLROUTER_HOME); to change keys, put the new one"
    " first and keep the old one, CALLROUTER_VAULT_KEY=new:BASE64,{old}:BASE64; where the old one is lost for good,"
    " `callrouter db accept-vault-key --reason …`"
)


class WrongVaultKey(CallRouterError):
    """The vault key is not the one that the database was filled with. Nothing may be sealed or matched with it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A vault key by its id in the ring, and its fingerprint."""

    id: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.id!r} with fingerprint {self.fingerprint[:SHOWN]}…"


@dataclass(frozen=True, slots=True)
class KeyFault:
    """What is wrong with the vault key, and how to mend it."""

    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.found}: {self.mend}"


def key_fault(connection: sa.Connection, vault: Vault) -> KeyFault | None:
    """What is wrong with the vault key. None: nothing. Read-only."""
    return _fault(connection, vault, _known(connection))


def check_key(connection: sa.Connection, vault: Vault) -> None:
    """Raise WrongVaultKey if the key is wrong. Read-only."""
    if fault := key_fault(connection, vault):
        raise WrongVaultKey(str(fault))


def know_key(connection: sa.Connection, vault: Vault, now: datetime) -> None:
    """Raise WrongVaultKey if the key is wrong; else store its fingerprint."""
    # Read once: another process may store a key meanwhile, which was not compared.
    known, in_use = _known(connection), _in_use(vault)
    if fault := _fault(connection, vault, known):
        raise WrongVaultKey(str(fault))
    if known is None:
        _store(connection, in_use, now, VaultKey.fingerprint.is_(None))
        # Another first start may have stored a different key at the same time.
        know_key(connection, vault, now)
    elif known != in_use:
        _store(connection, in_use, now, VaultKey.fingerprint == known.fingerprint)


def accept_key(connection: sa.Connection, vault: Vault, access: Access) -> Key:
    """Make this key the key of the database, whatever was sealed before. The audit log gets an entry."""
    key = _in_use(vault)
    entry = {"at": access.at, "person": access.person, "reason": access.reason}
    about = {"action": "vault key accepted", "subject": f"vault key {key.id}"}
    connection.execute(sa.insert(AuditEntry), {**entry, **about})
    _store(connection, key, access.at, sa.true())
    return key


def absent_keys(connection: sa.Connection, vault: Vault) -> list[str]:
    """The ids of keys that sealed something and are not in the ring. It reads the whole vault."""
    used = connection.execute(sa.select(SealedNumber.key_id).distinct()).scalars()
    return sorted(key_id for key_id in used if key_id not in vault.fingerprints)


def mismatch(known: Key, ring: Mapping[str, str]) -> KeyFault | None:
    """What is wrong with a ring (fingerprints by id, the key in use first) for a database that knows a key. *Pure.*"""
    if ring.get(known.id) == known.fingerprint:
        return None
    named = next((name for name, fingerprint in ring.items() if fingerprint == known.fingerprint), None)
    if named is not None:
        return KeyFault(
            f"CALLROUTER_VAULT_KEY names a key {named!r} that the database knows as {known.id!r}",
            f"write {known.id}:BASE64 for it, for what was sealed is found by that name",
        )
    first = Key(*next(iter(ring.items())))
    return KeyFault(
        f"CALLROUTER_VAULT_KEY ({first}) is not the key that this database was filled with ({known})",
        SET_BACK.format(old=known.id),
    )


def _fault(connection: sa.Connection, vault: Vault, known: Key | None) -> KeyFault | None:
    return _unopened(connection, vault) if known is None else mismatch(known, vault.fingerprints)


def _in_use(vault: Vault) -> Key:
    return Key(*next(iter(vault.fingerprints.items())))


def _known(connection: sa.Connection) -> Key | None:
    row = connection.execute(sa.select(VaultKey.key_id, VaultKey.fingerprint)).one()
    return None if row.fingerprint is None else Key(row.key_id, row.fingerprint)


def _store(connection: sa.Connection, key: Key, now: datetime, where: sa.ColumnElement[bool]) -> None:
    values = {"key_id": key.id, "fingerprint": key.fingerprint, "since": now}
    connection.execute(sa.update(VaultKey).where(where).values(values))


def _unopened(connection: sa.Connection, vault: Vault) -> KeyFault | None:
    """What cannot be opened in a database without a stored key: one number of each key is tried."""
    one_each = sa.select(SealedNumber.key_id, sa.func.max(SealedNumber.call)).group_by(SealedNumber.key_id)
    for key_id, call in connection.execute(one_each).all():
        own = (SealedNumber.call == call, SealedNumber.key_id == key_id)
        row = connection.execute(sa.select(SealedNumber.purpose, SealedNumber.sealed).where(*own)).first()
        if row is not None and not _opens(vault, Sealed(key_id, row.sealed), call, row.purpose):
            return KeyFault(
                f"CALLROUTER_VAULT_KEY ({_in_use(vault)}) does not open what this database has sealed with"
                f" the key {key_id!r}",
                SET_BACK.format(old=key_id),
            )
    return None


def _opens(vault: Vault, sealed: Sealed, call: str, purpose: str) -> bool:
    try:
        vault.unseal(sealed, call, purpose)
    except (KeyError, InvalidTag):
        return False
    return True
