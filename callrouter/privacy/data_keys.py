"""Data keys: random secrets, one for each purpose and period, stored wrapped by a master key.

A day's key seals the numbers or the sounds of that day; a month's key makes the match values of callers. When the row
is deleted, nothing opens or matches any more what belonged to it. A backup that still has the row opens it until the
vault key is rotated and the old one destroyed (docs/privacy.md).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.errors import CallRouterError
from callrouter.privacy.master_keys import KEY_BYTES, NONCE_BYTES, MasterKeys, WrappedKey, WrongMasterKey
from callrouter.privacy.model import StoredDataKey, VaultKey

NUMBER = "number"
"""seals callers' numbers; one for each day"""
MESSAGE = "message"
"""seals the sound of messages; one for each day"""
REPEAT = "repeat"
"""makes the match values by which a caller is recognized; one for each month"""
DO_NOT_CALL = "do-not-call"
"""makes the match values of the do-not-call list; a single one"""
PURPOSES = (NUMBER, MESSAGE, REPEAT, DO_NOT_CALL)
ALWAYS = date(1970, 1, 1)
"""the period of a key that never changes"""
DAYS_AHEAD = 3
"""for so many days keys are made before they are needed, so that no caller waits for one"""

_NAME = (
    StoredDataKey.purpose == sa.bindparam("of_purpose"),
    StoredDataKey.period == sa.bindparam("of_period"),
)
# Another transaction's row is there for good; a row of this one may still be rolled back.
_KEY = sa.select(
    StoredDataKey.period,
    StoredDataKey.key_id,
    StoredDataKey.wrapped,
    (StoredDataKey.made_at != sa.func.transaction_timestamp()).label("committed"),
)
_FIND = _KEY.where(*_NAME)
_REPEAT_KEYS = _KEY.where(StoredDataKey.purpose == REPEAT).order_by(StoredDataKey.period.desc())
_ADD = (
    insert(StoredDataKey)
    .values(made_at=sa.func.transaction_timestamp())
    .on_conflict_do_nothing(index_elements=["purpose", "period"])
)
# Rotation changes the row, so it waits for keys that are being made, and they for it.
_LOCK_IN_USE = sa.select(VaultKey.key_id, VaultKey.fingerprint).with_for_update(read=True)
_MADE = sa.select(StoredDataKey.purpose, StoredDataKey.period).where(
    StoredDataKey.period >= sa.bindparam("since", type_=sa.Date)
)


class ChangedSeal(CallRouterError):
    """A sealed value was changed, or stands in another place than the one it was sealed for."""


class DataKeyName(NamedTuple):
    """Which data key it is. `period` is the first day of the period."""

    purpose: str
    period: date

    def __str__(self) -> str:
        return f"{self.purpose}/{self.period.isoformat()}"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key, unwrapped. It is in memory only."""

    name: DataKeyName
    secret: bytes = field(repr=False)

    def seal(self, content: bytes, place: str) -> bytes:
        """AES-256-GCM: nonce, ciphertext, tag. `place` names the table, the row and the column."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, content, place.encode())

    def match(self, number: str) -> bytes:
        """The match value of a number, HMAC-SHA-256: the same for the same number and key."""
        return hmac.digest(self.secret, number.encode(), hashlib.sha256)

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for this place. Raises ChangedSeal."""
        nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self.secret).decrypt(nonce, content, place.encode())
        except (InvalidTag, ValueError):
            raise ChangedSeal(f"what stands in {place} was not sealed for it, or was changed") from None


class FoundKey(NamedTuple):
    """A data key from the database, and whether it stays there even if this transaction is rolled back."""

    key: DataKey
    committed: bool


def key_of(purpose: str, now: datetime) -> DataKeyName:
    """The key that is used for a purpose at a time. Days and months are in UTC. *Pure.*"""
    day = now.astimezone(UTC).date()
    periods = {REPEAT: day.replace(day=1), DO_NOT_CALL: ALWAYS}
    return DataKeyName(purpose, periods.get(purpose, day))


def find_or_make_key(session: Session, master_keys: MasterKeys, name: DataKeyName) -> FoundKey:
    """The data key of this name. Processes that make it at the same time get the same one. Raises WrongMasterKey."""
    found = _find(session, name)
    if found is None:
        _make(session, master_keys, name)
        found = _find(session, name)
    if found is None:
        raise LookupError(f"the data key {name} was destroyed while it was made")
    return FoundKey(unwrapped(master_keys, name, found), found.committed)


def unwrapped(master_keys: MasterKeys, name: DataKeyName, row: Any) -> DataKey:
    """The key of a row with its `key_id` and `wrapped`. Raises WrongMasterKey."""
    return DataKey(name, master_keys.unwrap(WrappedKey(row.key_id, row.wrapped), str(name)))


def repeat_keys(session: Session, master_keys: MasterKeys) -> list[FoundKey]:
    """The keys of all months that are known, the latest first. Next month's is among them, if it is made already."""
    rows = session.execute(_REPEAT_KEYS).all()
    return [
        FoundKey(unwrapped(master_keys, DataKeyName(REPEAT, row.period), row), row.committed) for row in rows
    ]


def make_keys_ahead(session: Session, master_keys: MasterKeys, now: datetime) -> int:
    """Make the keys of today and of the next days. Returns how many there were to make. Again, it makes none."""
    made = {DataKeyName(*row) for row in session.execute(_MADE, {"since": ALWAYS})}
    missing = [name for name in _wanted(now) if name not in made]
    for name in missing:
        _make(session, master_keys, name)
    return len(missing)


def _wanted(now: datetime) -> Iterator[DataKeyName]:
    days = [now + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    yield from dict.fromkeys(key_of(purpose, day) for purpose in PURPOSES for day in days)


def _find(session: Session, name: DataKeyName) -> Any:
    return session.execute(_FIND, {"of_purpose": name.purpose, "of_period": name.period}).one_or_none()


def _make(session: Session, master_keys: MasterKeys, name: DataKeyName) -> None:
    in_use = _key_in_use(session, master_keys)
    wrapped = master_keys.wrap(in_use, os.urandom(KEY_BYTES), str(name))
    key = {"key_id": wrapped.key_id, "wrapped": wrapped.content}
    session.execute(_ADD, {"purpose": name.purpose, "period": name.period, **key})


def _key_in_use(session: Session, master_keys: MasterKeys) -> str:
    """The id of the master key that the database says is in use; before a first start, the first of the ring."""
    in_use = session.execute(_LOCK_IN_USE).one()
    if in_use.key_id is None:
        return master_keys.first
    if master_keys.has(in_use.key_id) and master_keys.fingerprints[in_use.key_id] == in_use.fingerprint:
        return str(in_use.key_id)
    raise WrongMasterKey(f"the vault key in use, {in_use.key_id!r}, is not in the ring of this process")
