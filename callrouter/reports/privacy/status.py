"""What is kept of callers' numbers, what the next purge takes, what is held back and why, and what backups open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.messages.model import MessageRecording
from callrouter.privacy.acts import ActKind, Destroyed, latest_act
from callrouter.privacy.data_keys import DO_NOT_CALL, PURPOSES
from callrouter.privacy.model import MatchValue, PrivacyAct, SealedNumber, StoredDataKey, VaultKey
from callrouter.privacy.purge import HeldBack
from callrouter.privacy.vault import Vault
from callrouter.purge import Purger, is_late

_NUMBERS = sa.select(sa.func.count(), sa.func.min(SealedNumber.day), sa.func.max(SealedNumber.day))
_MATCH_VALUES = sa.select(sa.func.count(), sa.func.min(MatchValue.period), sa.func.max(MatchValue.period))
_MESSAGES = sa.select(
    sa.func.count(), sa.func.min(MessageRecording.day), sa.func.max(MessageRecording.day)
).where(MessageRecording.day.is_not(None))
_DATA_KEYS = sa.select(
    StoredDataKey.purpose,
    sa.func.count(),
    sa.func.min(StoredDataKey.period),
    sa.func.max(StoredDataKey.period),
).group_by(StoredDataKey.purpose)
_WRAPPED_BY = sa.select(StoredDataKey.key_id, sa.func.count()).group_by(StoredDataKey.key_id)
_IN_USE = sa.select(VaultKey.key_id, VaultKey.since)
_DESTROYED_SINCE = sa.select(sa.func.coalesce(sa.func.sum(PrivacyAct.keys), 0)).where(
    PrivacyAct.act == ActKind.PURGE.value, PrivacyAct.id > sa.bindparam("since", type_=sa.BigInteger)
)


@dataclass(frozen=True, slots=True)
class KeptCount:
    """How much there is of something, and from which days."""

    what: str
    count: int
    oldest: date | None = None
    newest: date | None = None


class MasterKeyStatus(NamedTuple):
    """A vault key of the ring. `wraps`: how many data keys it has wrapped."""

    id: str
    fingerprint: str
    in_use: bool
    since: datetime | None
    wraps: int
    is_first: bool

    @property
    def use(self) -> str:
        """What it is for, in words."""
        if self.in_use:
            return "in use"
        return "waits for rotation" if self.is_first else "kept, opens older backups"


@dataclass(frozen=True)
class PrivacyStatus:
    """What is kept, and what is done about it."""

    master_keys: list[MasterKeyStatus]
    source: str
    """where the vault keys came from"""
    data_keys: list[KeptCount]
    kept: list[KeptCount]
    next_purge_at: datetime
    is_due: bool
    """the next purge is due now"""
    due: Destroyed
    """what the next purge destroys"""
    held_back: list[HeldBack]
    """what the next purge does not destroy"""
    late: bool
    last_purge: Any | None
    last_failure: Any | None
    last_rotation: Any | None
    keys_open_in_backups: int
    """data keys that were destroyed, and can be opened in backups with a vault key of the ring"""

    @property
    def failing(self) -> bool:
        """Whether the latest purge failed."""
        return is_failing(self.last_purge, self.last_failure)

    @property
    def backups(self) -> str:
        """What backups can still open, in words."""
        if not self.keys_open_in_backups:
            return "No backup opens anything that was purged."
        keys = "1 data key" if self.keys_open_in_backups == 1 else f"{self.keys_open_in_backups} data keys"
        if len(self.master_keys) > 1:
            return (
                f"{keys} that were destroyed can still be opened from backups, with an older vault key of the ring:"
                " take it out and destroy it to close them."
            )
        return (
            f"{keys} destroyed since the last rotation of the vault key can still be opened from backups made"
            " before, with this vault key: rotate to close them."
        )


def is_failing(completed: Any | None, failed: Any | None) -> bool:
    """Whether a purge failed, and none was completed since. *Pure.*"""
    return failed is not None and (completed is None or completed.id < failed.id)


def privacy_status(
    connection: sa.Connection, purger: Purger, vault: Vault, source: str, now: datetime
) -> PrivacyStatus:
    """What is kept at a time. Read-only."""
    last_purge = latest_act(connection, ActKind.PURGE_COMPLETED)
    next_purge_at = _next_purge(last_purge, now)
    return PrivacyStatus(
        master_keys=_master_keys(connection, vault),
        source=source,
        data_keys=_data_keys(connection),
        kept=_kept(connection),
        next_purge_at=next_purge_at,
        is_due=next_purge_at <= now,
        due=purger.due(connection, next_purge_at),
        held_back=purger.held_back(connection, next_purge_at),
        late=is_late(purger, connection, now),
        last_purge=last_purge,
        last_failure=latest_act(connection, ActKind.PURGE_FAILED),
        last_rotation=latest_act(connection, ActKind.ROTATION),
        keys_open_in_backups=_keys_open_in_backups(connection, len(vault.fingerprints)),
    )


def _next_purge(last: Any | None, now: datetime) -> datetime:
    """A day is purged once, as early as can be."""
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return now if last is None or last.at < today else today + timedelta(days=1)


def _master_keys(connection: sa.Connection, vault: Vault) -> list[MasterKeyStatus]:
    wraps = dict(connection.execute(_WRAPPED_BY).all())
    known = connection.execute(_IN_USE).one()
    return [
        MasterKeyStatus(
            key_id,
            fingerprint,
            key_id == known.key_id,
            known.since if key_id == known.key_id else None,
            wraps.get(key_id, 0),
            key_id == vault.master_keys.first,
        )
        for key_id, fingerprint in vault.fingerprints.items()
    ]


def _data_keys(connection: sa.Connection) -> list[KeptCount]:
    found = {row.purpose: KeptCount(*row) for row in connection.execute(_DATA_KEYS)}
    if always := found.get(DO_NOT_CALL):
        found[DO_NOT_CALL] = KeptCount(always.what, always.count)
    return [found.get(purpose, KeptCount(purpose, 0)) for purpose in PURPOSES]


def _kept(connection: sa.Connection) -> list[KeptCount]:
    counted = (("sealed numbers", _NUMBERS), ("match values", _MATCH_VALUES), ("messages", _MESSAGES))
    return [KeptCount(what, *connection.execute(query).one()) for what, query in counted]


def _keys_open_in_backups(connection: sa.Connection, keys_in_ring: int) -> int:
    """With a single key, what was destroyed before the last rotation is closed; an older key opens it."""
    last = latest_act(connection, ActKind.ROTATION)
    since = last.id if last and keys_in_ring == 1 else 0
    count: int = connection.execute(_DESTROYED_SINCE, {"since": since}).scalar_one()
    return count
