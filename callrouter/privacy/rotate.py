"""Rotates the master key: wraps every data key again with a new one, while calls run.

There are some hundred data keys, however much they have sealed; no sealed value and no match value changes. First the
database is told that the new key is in use, so that nobody wraps with the old one any more. Then the rows are wrapped
again, some in each transaction. If it is interrupted, the next rotation goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import sqlalchemy as sa

from callrouter.database import Database, Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.session_lock import SessionLock
from callrouter.errors import Fault
from callrouter.privacy.acts import ActKind, Actor, Destroyed, record_act
from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.privacy.data_keys import DataKeyName
from callrouter.privacy.key_check import Key, first_key
from callrouter.privacy.master_keys import MasterKeys, WrappedKey, WrongMasterKey
from callrouter.privacy.model import StoredDataKey, VaultKey
from callrouter.privacy.vault import Vault

ROTATED = "vault key rotated"
ROWS_A_TRANSACTION = 50

_IN_USE = sa.select(VaultKey.key_id, VaultKey.fingerprint)
_LOCK_TO_CHANGE = _IN_USE.with_for_update()
# Whoever makes a data key holds this lock too; whoever begins another rotation waits for it.
_LOCK_TO_READ = _IN_USE.with_for_update(read=True)
_PUT_IN_USE = sa.update(VaultKey)
_NAME = (
    StoredDataKey.purpose == sa.bindparam("of_purpose"),
    StoredDataKey.period == sa.bindparam("of_period"),
)
_OTHERS = StoredDataKey.key_id != sa.bindparam("in_use")
_LOCK_SOME = (
    sa.select(StoredDataKey.purpose, StoredDataKey.period, StoredDataKey.key_id, StoredDataKey.wrapped)
    .where(_OTHERS)
    .order_by(StoredDataKey.purpose, StoredDataKey.period)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update()
)
_LEFT = sa.select(sa.func.count()).select_from(StoredDataKey).where(_OTHERS)
_WRAP = sa.update(StoredDataKey).where(*_NAME)


class KeyStore(Protocol):
    """Where the ring is kept, if we may write there."""

    def put_new_key_first(self) -> Mapping[str, bytes]:
        """Make a key and put it in front of the others. Returns the ring."""

    def take_out(self, key_ids: Sequence[str]) -> None:
        """Take these keys out of the ring."""


@dataclass(frozen=True, slots=True)
class RotationResult:
    """What a rotation did. Everything is wrapped with `key` now."""

    key: Key
    """in use"""
    before: Key
    """in use when this rotation began; the same where it only went on with one, or there was nothing to do"""
    wrapped: int
    """data keys that were wrapped again"""
    idle_keys: tuple[str, ...]
    """ids of keys of the ring that open nothing any more, but backups of before"""
    taken_out: bool
    """whether the idle keys were taken out of the ring; else the operator does it where the ring is kept"""


def rotate(
    database: Database, vault: Vault, access: Access, store: KeyStore | None = None, *, keep_old: bool = False
) -> RotationResult:
    """Wrap every data key with the first key of the ring; with a `store`, make that key, and take out the others.

    Without a store, whoever keeps the ring has put the new key first. Raises Fault where the database does not know
    its key, or another rotation is running; WrongMasterKey where a data key does not open.
    """
    lock = SessionLock(database.engine, AdvisoryLock.VAULT_ROTATION)
    if not lock.is_held():
        raise Fault("another rotation is running: wait until it has ended")
    try:
        # An earlier rotation may have changed the ring since this process read it.
        vault.master_keys.refresh()
        return _rotate(database, vault.master_keys, access, store, keep_old=keep_old)
    finally:
        lock.release()


def _rotate(
    database: Database, ring: MasterKeys, access: Access, store: KeyStore | None, *, keep_old: bool
) -> RotationResult:
    if store is not None and database.transact(lambda session: _is_done(session, ring)):
        ring.adopt(store.put_new_key_first())
    before = database.transact(lambda session: _put_in_use(session, ring, access))
    wrapped = 0
    while some := database.transact(partial(wrap_some, master_keys=ring)):
        wrapped += some
    if wrapped:
        database.transact(partial(_record, access=access, wrapped=wrapped))
    key = first_key(ring)
    idle = tuple(key_id for key_id in ring.fingerprints if key_id != key.id)
    if take_out := store is not None and bool(idle) and not keep_old:
        store.take_out(idle)
    return RotationResult(key, before, wrapped, idle, take_out)


def wrap_some(session: Session, master_keys: MasterKeys, most: int = ROWS_A_TRANSACTION) -> int:
    """Wrap some data keys with the first key of the ring. Returns how many; 0: all are wrapped with it."""
    in_use, key = session.execute(_LOCK_TO_READ).one(), first_key(master_keys)
    if in_use.key_id != key.id:
        raise Fault(f"another rotation has begun meanwhile: the vault key in use is {in_use.key_id!r} now")
    rows = session.execute(_LOCK_SOME, {"in_use": key.id, "most": most}).all()
    for row in rows:
        name = DataKeyName(row.purpose, row.period)
        secret = master_keys.unwrap(WrappedKey(row.key_id, row.wrapped), str(name))
        again = master_keys.wrap(key.id, secret, str(name))
        of_name = {"of_purpose": name.purpose, "of_period": name.period}
        session.execute(_WRAP, {**of_name, "key_id": again.key_id, "wrapped": again.content})
    return len(rows)


def _record(session: Session, access: Access, wrapped: int) -> None:
    actor = Actor(access.at, access.person, access.reason)
    record_act(session, ActKind.ROTATION, actor, Destroyed(keys=wrapped))


def _is_done(session: Session, master_keys: MasterKeys) -> bool:
    """Whether no rotation is to be gone on with: all is wrapped with the first key, and that is in use."""
    key = first_key(master_keys)
    left: int = session.execute(_LEFT, {"in_use": key.id}).scalar()
    return bool(session.execute(_IN_USE).one().key_id == key.id and left == 0)


def _put_in_use(session: Session, master_keys: MasterKeys, access: Access) -> Key:
    """Have the first key of the ring in use from the commit on. Returns the key that was in use."""
    row = session.execute(_LOCK_TO_CHANGE).one()
    if row.key_id is None:
        raise Fault("the database knows no vault key yet: `callrouter db upgrade` makes it known")
    before, key = Key(row.key_id, row.fingerprint), first_key(master_keys)
    if before.id == key.id and before != key:
        raise Fault(
            f"the key {key.id!r} of the ring is another than the one in use by that name: give it a new name"
        )
    if not master_keys.has(before.id):
        raise WrongMasterKey(
            f"the vault key in use, {before.id!r}, is not in the ring: put it behind the new one"
        )
    if before != key:
        change = AuditedChange(str(before), str(key))
        record_access(session, access, ROTATED, f"vault key {key.id}", change)
        in_use = {"key_id": key.id, "fingerprint": key.fingerprint, "since": access.at}
        session.execute(_PUT_IN_USE, in_use)
    return before
