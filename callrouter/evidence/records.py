"""The records that are logged: from which tables, and what of each row.

A record is the row as a JSON object, with the name of its table as `source`. It has no caller's number and no match
value. A caller is in it as a commitment only, whose salt is destroyed by erasure and purge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.model import LedgerEntry
from callrouter.database import Base, Session
from callrouter.directory.model import DirectoryVersion
from callrouter.disclosure.model import Disclosure
from callrouter.evidence.model import ConnectionRecord, ConsentRecord, EvidenceEntry, SchemaStatement
from callrouter.privacy.model import AuditEntry, PrivacyAct
from callrouter.routing.model import CenterPause, DecisionResult, DecisionRow
from callrouter.wordings.model import WordingProposal

MOST_AT_ONCE = 4_096
"""records of a source that one transaction logs"""
KEYS_LOOKED_BACK = 1_000
"""Rows of transactions that committed in another order than they took their keys are found this many keys later."""

Document = dict[str, Any]


@dataclass(frozen=True)
class RecordSource:
    """A table whose rows are logged, once each. Rows are never changed, but for the columns that are `left_out`."""

    model: type[Base]
    key: str
    left_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def table(self) -> sa.Table:
        return cast(sa.Table, self.model.__table__)

    @cached_property
    def columns(self) -> list[sa.Column[Any]]:
        return [column for column in self.table.columns if column.name not in self.left_out]

    @cached_property
    def rows_by_keys(self) -> sa.Select[Any]:
        """The rows with these `keys`."""
        wanted = sa.bindparam("keys", type_=ARRAY(sa.BigInteger))
        return sa.select(*self.columns).where(self.table.c[self.key] == sa.any_(wanted))

    @cached_property
    def keys_of_call(self) -> sa.Select[Any]:
        """The keys of the rows about a `call`, in order."""
        own = self.table.c[self.key]
        return sa.select(own).where(self.table.c.call == sa.bindparam("call")).order_by(own)

    @cached_property
    def unlogged_keys(self) -> sa.Select[str, int]:
        """The keys that are not in the log, in order."""
        own = self.table.c[self.key]
        return (
            sa.select(sa.literal(self.name).label("source"), sa.cast(own, sa.BigInteger).label("key"))
            .where(own > self._last_logged - KEYS_LOOKED_BACK, ~self._is_logged)
            .order_by(own)
            .limit(MOST_AT_ONCE)
        )

    @cached_property
    def unlogged_count(self) -> sa.Select[Any]:
        """How many rows are not in the log. The same rows as `unlogged_keys`, without their limit."""
        own = self.table.c[self.key]
        return sa.select(sa.func.count()).where(own > self._last_logged - KEYS_LOOKED_BACK, ~self._is_logged)

    @cached_property
    def waiting(self) -> sa.Select[Any]:
        """How many rows are later than those in the log."""
        return sa.select(sa.func.count()).where(self.table.c[self.key] > self._last_logged)

    @cached_property
    def skipped_keys(self) -> sa.Select[Any]:
        """The `key` of each row that is not in the log, while a later one is."""
        own = self.table.c[self.key]
        return sa.select(own.label("key")).where(own < self._last_logged, ~self._is_logged).order_by(own)

    @property
    def _last_logged(self) -> sa.ScalarSelect[int]:
        of_source = EvidenceEntry.source == self.name
        return (
            sa.select(sa.func.coalesce(sa.func.max(EvidenceEntry.key), 0)).where(of_source).scalar_subquery()
        )

    @property
    def _is_logged(self) -> sa.Exists:
        of_source = EvidenceEntry.source == self.name
        return sa.exists().where(of_source, EvidenceEntry.key == self.table.c[self.key])

    def document(self, row: Mapping[str, Any]) -> Document:
        """The record of a row."""
        return {"source": self.name, **{name: _as_json(value) for name, value in row.items()}}


SOURCES = {
    source.name: source
    for source in (
        RecordSource(SchemaStatement, "id"),
        RecordSource(DirectoryVersion, "version", frozenset({"document"})),  # its digest stands for it
        RecordSource(WordingProposal, "version"),  # it has one once it is in force
        RecordSource(Disclosure, "sequence"),
        RecordSource(ConsentRecord, "id"),
        RecordSource(ConnectionRecord, "id", frozenset({"caller_salt"})),
        RecordSource(LedgerEntry, "id", frozenset({"caller_pseudonym"})),
        RecordSource(AuditEntry, "id"),
        # What became of a decision is in rows of its own.
        RecordSource(DecisionRow, "id", frozenset({"given_back", "undone_after"})),
        RecordSource(DecisionResult, "id"),
        RecordSource(CenterPause, "id"),
        RecordSource(PrivacyAct, "id"),
    )
}
ABOUT_CALLS = [
    source
    for source in SOURCES.values()
    # Why other centers were skipped is no part of the proof of a call.
    if "call" in source.table.c and source.model is not DecisionRow
]


def unlogged_keys(session: Session) -> Mapping[str, list[int]]:
    """source: the keys that are not in the log, in order, up to some thousand of each.

    One statement sees one snapshot: of a transaction all records are found, or none.
    """
    found: dict[str, list[int]] = {name: [] for name in SOURCES}
    for row in session.execute(_UNLOGGED_KEYS):
        found[row.source].append(row.key)
    return {name: sorted(keys) for name, keys in found.items() if keys}


def records_of(session: Session, source: RecordSource, keys: Sequence[int]) -> Mapping[int, Document]:
    """The records with these keys, as their tables have them now. Those that are gone are left out."""
    rows = session.execute(source.rows_by_keys, {"keys": list(keys)})
    found = (row._asdict() for row in rows)
    return {row[source.key]: source.document(row) for row in found}


_UNLOGGED_KEYS = sa.union_all(*(source.unlogged_keys for source in SOURCES.values()))


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
