"""Checks that the vault key is the one that the database was filled with.

With a wrong key no data key opens, and the next one that is made would open nowhere else. So the database stores the
id of the key in use and a fingerprint, which reveals nothing about it, and every process compares it at the start.
`key_fault` and `check_key` only read. `know_key` also stores the first key. A ring may have a new key in front of the
one in use: that one is used until `rotate.py` has wrapped everything with the new one (docs/decisions/0032, 0057).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.errors import CallRouterError
from callrouter.privacy.audit import Access
from callrouter.privacy.data_keys import DataKeyName
from callrouter.privacy.master_keys import MasterKeys, WrappedKey, WrongMasterKey
from callrouter.privacy.model import AuditEntry, StoredDataKey, VaultKey
from callrouter.privacy.vault import Vault

SHOWN = 8
"""characters of a fingerprint that are shown to people"""
SET_BACK = (
    "set the old key back (CALLROUTER_VAULT_KEY, or vault.key in CALLROUTER_HOME); to change keys, put the new one"
    " first and keep the old one, CALLROUTER_VAULT_KEY=new:BASE64,{old}:BASE64, until `callrouter privacy rotate` is"
    " done;"
    " where the old one is lost for good, `callrouter db accept-vault-key --reason …`"
)
_OF_DATA_KEY = (
    StoredDataKey.purpose,
    StoredDataKey.period,
    StoredDataKey.key_id,
    StoredDataKey.wrapped,
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
    """Raise WrongVaultKey if the key is wrong; else store its fingerprint, if there is none."""
    # Read once: another process may store a key meanwhile, which was not compared.
    known = _known(connection)
    if fault := _fault(connection, vault, known):
        raise WrongVaultKey(str(fault))
    if known is None:
        _store(connection, first_key(vault.master_keys), now, VaultKey.fingerprint.is_(None))
        # Another first start may have stored a different key at the same time.
        know_key(connection, vault, now)


def accept_key(connection: sa.Connection, vault: Vault, access: Access) -> Key:
    """Make this key the key of the database, whatever was sealed before. The audit log gets an entry.

    The data keys that the ring does not open are deleted: nobody can open them, and new ones take their place.
    """
    key = first_key(vault.master_keys)
    entry = {"at": access.at, "person": access.person, "reason": access.reason}
    about = {"action": "vault key accepted", "subject": f"vault key {key.id}"}
    connection.execute(sa.insert(AuditEntry), {**entry, **about})
    _store(connection, key, access.at, sa.true())
    for name in _closed(connection, vault.master_keys, sa.select(*_OF_DATA_KEY)):
        of_name = (StoredDataKey.purpose == name.purpose, StoredDataKey.period == name.period)
        connection.execute(sa.delete(StoredDataKey).where(*of_name))
    return key


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
    if known is None:
        return _unopened(connection, vault)
    # The ring may have got the key since this process started.
    vault.master_keys.has(known.id)
    return mismatch(known, vault.fingerprints) or _absent(connection, vault)


def key_in_use(connection: sa.Connection) -> str | None:
    """The id of the key in use. None before a first start."""
    return connection.execute(sa.select(VaultKey.key_id)).scalar_one()


def first_key(master_keys: MasterKeys) -> Key:
    """The first key of the ring."""
    return Key(*next(iter(master_keys.fingerprints.items())))


def _known(connection: sa.Connection) -> Key | None:
    row = connection.execute(sa.select(VaultKey.key_id, VaultKey.fingerprint)).one()
    return None if row.fingerprint is None else Key(row.key_id, row.fingerprint)


def _store(connection: sa.Connection, key: Key, now: datetime, where: sa.ColumnElement[bool]) -> None:
    values = {"key_id": key.id, "fingerprint": key.fingerprint, "since": now}
    connection.execute(sa.update(VaultKey).where(where).values(values))


def _absent(connection: sa.Connection, vault: Vault) -> KeyFault | None:
    """A key that is not in the ring, while there are data keys that only it opens."""
    used = connection.execute(sa.select(StoredDataKey.key_id).distinct().order_by(StoredDataKey.key_id))
    for key_id in used.scalars():
        if not vault.master_keys.has(key_id):
            return KeyFault(
                f"CALLROUTER_VAULT_KEY lacks the key {key_id!r}, which data keys of this database are wrapped with",
                SET_BACK.format(old=key_id),
            )
    return None


def _unopened(connection: sa.Connection, vault: Vault) -> KeyFault | None:
    """What cannot be opened in a database without a stored key."""
    for name in _closed(
        connection, vault.master_keys, sa.select(*_OF_DATA_KEY).order_by(StoredDataKey.key_id)
    ):
        return KeyFault(
            f"CALLROUTER_VAULT_KEY ({first_key(vault.master_keys)}) does not open what this database has sealed with"
            f" the key {name.wrapped_by!r}",
            SET_BACK.format(old=name.wrapped_by),
        )
    return None


class _ClosedKey(NamedTuple):
    purpose: str
    period: date
    wrapped_by: str


def _closed(
    connection: sa.Connection, master_keys: MasterKeys, data_keys: sa.Executable
) -> Iterator[_ClosedKey]:
    """The data keys that the ring does not open."""
    for row in connection.execute(data_keys).all():
        try:
            master_keys.unwrap(WrappedKey(row.key_id, row.wrapped), str(DataKeyName(row.purpose, row.period)))
        except WrongMasterKey:
            yield _ClosedKey(row.purpose, row.period, row.key_id)
