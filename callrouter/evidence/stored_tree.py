"""Reads the stored tree: heads, tiles and entry bundles, whole or partial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.evidence.model import (
    EvidenceEntry,
    EvidenceHead,
    EvidenceLog,
    EvidenceTile,
    EvidenceTimestamp,
)
from callrouter.evidence.offline_verifier import HASH_BYTES, leaf_hash, open_checkpoint
from callrouter.evidence.tile_paths import TilePath
from callrouter.evidence.tree import TILE_HEIGHT, TILE_WIDTH, TreeEdge, partial_widths

_SIGNED_AGAIN = (
    sa.select(EvidenceTimestamp.signed_at, EvidenceTimestamp.note)
    .where(EvidenceTimestamp.size == EvidenceHead.size)
    .order_by(EvidenceTimestamp.signed_at.desc())
    .limit(1)
    .lateral("signed_again")
)
_LATEST_HEAD = (
    sa.select(
        EvidenceHead.size,
        EvidenceHead.root,
        sa.func.coalesce(_SIGNED_AGAIN.c.signed_at, EvidenceHead.signed_at),
        sa.func.coalesce(_SIGNED_AGAIN.c.note, EvidenceHead.note),
    )
    .outerjoin(_SIGNED_AGAIN, sa.true())
    .order_by(EvidenceHead.size.desc())
    .limit(1)
)
_IDENTITY = sa.select(EvidenceLog.origin, EvidenceLog.public_key)
_RANGE = (sa.bindparam("first", type_=sa.BigInteger), sa.bindparam("after", type_=sa.BigInteger))
_COMMITMENTS = (
    sa.select(EvidenceEntry.commitment)
    .where(EvidenceEntry.position >= _RANGE[0], EvidenceEntry.position < _RANGE[1])
    .order_by(EvidenceEntry.position)
)
_OF_LEVEL = EvidenceTile.level == sa.bindparam("level", type_=sa.Integer)
_ROOTS = (
    sa.select(EvidenceTile.root)
    .where(_OF_LEVEL, EvidenceTile.number >= _RANGE[0], EvidenceTile.number < _RANGE[1])
    .order_by(EvidenceTile.number)
)
_HASHES = sa.select(EvidenceTile.hashes).where(_OF_LEVEL, EvidenceTile.number == sa.bindparam("number"))


class StoredHead(NamedTuple):
    """A signed head of our log."""

    size: int
    root: bytes
    signed_at: datetime
    """the latest time that it was signed"""
    note: str


class LogIdentity(NamedTuple):
    """The name and the public key of our log."""

    origin: str
    public_key: str


def latest_head(session: Session) -> StoredHead | None:
    """The latest signed head. None if nothing was logged yet."""
    row = session.execute(_LATEST_HEAD).one_or_none()
    return StoredHead(*row) if row else None


def log_identity(session: Session) -> LogIdentity | None:
    """Who our log is. None if nothing was logged yet."""
    row = session.execute(_IDENTITY).one_or_none()
    return LogIdentity(*row) if row else None


def signs(note: str, key: str, size: int, root: bytes) -> bool:
    """Whether the note is the head of this tree, signed with this key."""
    try:
        return open_checkpoint(note, key)[1:] == (size, root)
    except ValueError:
        return False


def stored_edge(session: Session, size: int) -> TreeEdge:
    """The right edge of the tree with this many entries."""
    reader = StoredTiles(session, size)
    rows = [
        reader.hashes(level, size >> TILE_HEIGHT * (level + 1), width) if width else []
        for level, width in enumerate(partial_widths(size))
    ]
    return TreeEdge(size, rows)


class StoredTiles:
    """The tiles of the tree with this many entries. Each is read once."""

    def __init__(self, session: Session, size: int) -> None:
        self._session = session
        self._size = size
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def __call__(self, level: int, number: int) -> Sequence[bytes]:
        """The hashes of a tile, as a `TileReader`. Raises NotKnown beyond the tree."""
        if (level, number) not in self._read:
            self._read[level, number] = self.hashes(level, number, self._width(level, number))
        return self._read[level, number]

    def content(self, path: TilePath) -> bytes:
        """What is served at this path. Raises NotKnown beyond the tree."""
        if self._width(path.level or 0, path.number) < path.width:
            raise NotKnown("the log has no such tile yet")
        if path.level is None:
            entries = self._range(_COMMITMENTS, path.number, path.width)
            return b"".join(len(entry).to_bytes(2) + entry for entry in entries)
        return b"".join(self.hashes(path.level, path.number, path.width))

    def hashes(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of a tile: of a full one as stored, else from the level below."""
        if width == TILE_WIDTH:
            whole: bytes = self._session.execute(_HASHES, {"level": level, "number": number}).scalar() or b""
            return [whole[at : at + HASH_BYTES] for at in range(0, len(whole), HASH_BYTES)]
        if level == 0:
            return [leaf_hash(entry) for entry in self._range(_COMMITMENTS, number, width)]
        return self._range(_ROOTS, number, width, level=level - 1)

    def _range(self, query: sa.Select[Any], number: int, width: int, **values: int) -> list[bytes]:
        first = number * TILE_WIDTH
        found = self._session.execute(query, {"first": first, "after": first + width, **values})
        return list(found.scalars())

    def _width(self, level: int, number: int) -> int:
        """How many hashes the tile has."""
        width = min((self._size >> TILE_HEIGHT * level) - number * TILE_WIDTH, TILE_WIDTH)
        if width < 1:
            raise NotKnown("the log has no such tile yet")
        return width
