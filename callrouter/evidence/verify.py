"""Verifies the whole log: every record against its entry, every tile, every head, and heads that others kept.

Whoever owns the database can change all of it, but cannot sign. So what was changed before the latest head shows
against the signed heads, and what was signed anew shows against any head that is kept elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.evidence.model import EvidenceEntry, EvidenceHead, EvidenceTile, EvidenceTimestamp
from callrouter.evidence.note import same_head
from callrouter.evidence.offline_verifier import Checkpoint, commitment, open_checkpoint
from callrouter.evidence.records import SOURCES, Document, RecordSource, records_of
from callrouter.evidence.stored_tree import log_identity, signs
from callrouter.evidence.timestamp import is_signed_at
from callrouter.evidence.tree import FullTile, TreeEdge

AT_ONCE = 4_096
MOST_FAULTS = 20
"""that are described; all are counted"""

_FROM = sa.bindparam("first", type_=sa.BigInteger)
ENTRIES = (
    sa.select(EvidenceEntry.__table__).where(EvidenceEntry.position >= _FROM).order_by(EvidenceEntry.position)
)
_BATCH = ENTRIES.limit(AT_ONCE)
_HEADS = (
    sa.select(EvidenceHead.__table__)
    .where(EvidenceHead.size > _FROM, EvidenceHead.size <= sa.bindparam("last", type_=sa.BigInteger))
    .order_by(EvidenceHead.size)
)
_HEADS_BEYOND = sa.select(EvidenceHead.size).where(EvidenceHead.size > _FROM).order_by(EvidenceHead.size)
_TILE = sa.select(EvidenceTile.root, EvidenceTile.hashes).where(
    EvidenceTile.level == sa.bindparam("level", type_=sa.Integer),
    EvidenceTile.number == sa.bindparam("number", type_=sa.BigInteger),
)
_TILE_COUNT = sa.select(sa.func.count()).select_from(EvidenceTile)
_TIMESTAMPS = (
    sa.select(EvidenceTimestamp.signed_at, EvidenceTimestamp.note, EvidenceHead.note.label("head"))
    .outerjoin(EvidenceHead, EvidenceHead.size == EvidenceTimestamp.size)
    .order_by(EvidenceTimestamp.size, EvidenceTimestamp.signed_at)
    .execution_options(yield_per=AT_ONCE)
)
_LATEST_SIZE = sa.select(sa.func.max(EvidenceHead.size))


@dataclass
class VerifiedLog:
    """What was found."""

    entries: int = 0
    heads: int = 0
    timestamps: int = 0
    """heads that were signed again with a newer time"""
    invoices: int = 0
    """whose heads were compared with those of the log"""
    waiting: int = 0
    """records that are not in the log yet"""
    faults: int = 0
    described: list[str] = field(default_factory=list)
    """the first faults"""

    def fault(self, text: str) -> None:
        self.faults += 1
        if len(self.described) < MOST_FAULTS:
            self.described.append(text)

    def expect(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.fault(otherwise)


def verify_log(session: Session, key: str | None, kept_heads: Sequence[str] = ()) -> VerifiedLog:
    """Verify everything. `kept_heads` are signed heads that were kept elsewhere. It changes nothing.

    `key` is the log's public key. Without it the key in the database is believed.
    """
    found, identity = VerifiedLog(), log_identity(session)
    key = key or (identity.public_key if identity else "")
    found.expect(identity is None or identity.public_key == key, "the log has another key than it should")
    kept = _opened(found, key, kept_heads)
    edge, tiles = TreeEdge(), 0
    for entries in entry_batches(session):
        _check_records(session, found, entries)
        tiles += _check_tree(session, found, edge, entries, key, kept)
    _check_ends(session, found, edge, tiles, kept)
    _check_timestamps(session, found, key)
    for source in SOURCES.values():
        _check_unlogged(session, found, source)
    return found


def entry_batches(session: Session) -> Iterator[Sequence[Any]]:
    """All entries, in order."""
    first = -1 << 62
    while entries := session.execute(_BATCH, {"first": first}).all():
        yield entries
        first = entries[-1].position + 1


def records_by_source(session: Session, entries: Sequence[Any]) -> Mapping[tuple[str, int], Document]:
    """(source, key): the record of each of these entries, as its table has it now."""
    keys: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        keys[entry.source].append(entry.key)
    return {
        (name, key): record
        for name, wanted in keys.items()
        if name in SOURCES
        for key, record in records_of(session, SOURCES[name], wanted).items()
    }


def _opened(found: VerifiedLog, key: str, notes: Sequence[str]) -> Mapping[int, list[Checkpoint]]:
    opened: dict[int, list[Checkpoint]] = defaultdict(list)
    for note in notes:
        try:
            head = open_checkpoint(note, key)
            opened[head.size].append(head)
        except ValueError as error:
            found.fault(f"a head that was kept is not one of this log: {error}")
    return opened


def _check_records(session: Session, found: VerifiedLog, entries: Sequence[Any]) -> None:
    records = records_by_source(session, entries)
    for index, entry in enumerate(entries, found.entries):
        found.expect(
            entry.position == index, f"entry {index} is missing, or {entry.position} is one too many"
        )
        record = records.get((entry.source, entry.key))
        what = f"entry {entry.position}, {entry.source} {entry.key},"
        if record is None:
            found.fault(f"{what} has no record any more")
        elif commitment(entry.salt, record) != entry.commitment:
            found.fault(f"{what} is not what the record says now")
    found.entries += len(entries)


def _check_tree(
    session: Session,
    found: VerifiedLog,
    edge: TreeEdge,
    entries: Sequence[Any],
    key: str,
    kept: Mapping[int, list[Checkpoint]],
) -> int:
    """Grow the tree up to each head. Returns how many tiles became full."""
    first, last = edge.size, edge.size + len(entries)
    heads = {head.size: head for head in session.execute(_HEADS, {"first": first, "last": last})}
    stops = sorted({first, last, *heads, *(size for size in kept if first < size <= last)})
    tiles = 0
    for size, after in pairwise(stops):
        filled = edge.append(entry.commitment for entry in entries[size - first : after - first])
        tiles += len(filled)
        _check_tiles(session, found, filled)
        _check_heads(found, edge, heads.get(after), kept.get(after, []), key)
    return tiles


def _check_tiles(session: Session, found: VerifiedLog, filled: Sequence[FullTile]) -> None:
    for tile in filled:
        stored = session.execute(_TILE, {"level": tile.level, "number": tile.number}).one_or_none()
        same = stored and (stored.root, stored.hashes) == (tile.root, tile.hashes)
        found.expect(same, f"tile {tile.number} of level {tile.level} is not computed from the entries")


def _check_heads(
    found: VerifiedLog, edge: TreeEdge, stored: Any | None, kept: Sequence[Checkpoint], key: str
) -> None:
    root = edge.root() if stored or kept else b""
    if stored:
        found.heads += 1
        found.expect(
            stored.root == root
            and signs(stored.note, key, edge.size, root)
            and is_signed_at(stored.note, key, stored.signed_at),
            f"the head with {edge.size} entries did not sign what the log has now",
        )
    for head in kept:
        found.expect(head.root == root, f"a kept head with {edge.size} entries signed another log")


def _check_timestamps(session: Session, found: VerifiedLog, key: str) -> None:
    """Each repeats a head, and only the signed time is another."""
    for row in session.execute(_TIMESTAMPS):
        found.timestamps += 1
        found.expect(
            same_head(row.note, row.head or "") and is_signed_at(row.note, key, row.signed_at),
            f"the signature of {row.signed_at:%Y-%m-%dT%H:%M:%SZ} is of another head, or of another time",
        )


def _check_ends(
    session: Session,
    found: VerifiedLog,
    edge: TreeEdge,
    tiles: int,
    kept: Mapping[int, list[Checkpoint]],
) -> None:
    """What should not be there beyond the entries, and entries that nobody signed."""
    stored = session.execute(_HEADS_BEYOND, {"first": edge.size}).scalars()
    for size in sorted({*stored, *(size for size in kept if size > edge.size)}):
        found.fault(f"{size} entries were signed, and the log has only {edge.size}")
    found.expect(
        (session.execute(_LATEST_SIZE).scalar() or 0) >= edge.size, "the latest entries are not signed"
    )
    found.expect(session.execute(_TILE_COUNT).scalar() == tiles, "there are tiles that belong to no entries")


def _check_unlogged(session: Session, found: VerifiedLog, source: RecordSource) -> None:
    for row in session.execute(source.skipped_keys):
        found.fault(f"{source.name} {row.key} is not in the log, and later ones are")
    found.waiting += session.execute(source.waiting).scalar() or 0
