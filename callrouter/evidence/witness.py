"""Follows the log of another installation: whether each head extends the last one that was seen. *Pure.*

It trusts nothing but the log's public key and what it saw before. Tiles only serve to compute a consistency proof,
which is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from callrouter.errors import CallRouterError
from callrouter.evidence.offline_verifier import HASH_BYTES, Checkpoint, open_checkpoint, require
from callrouter.evidence.tile_paths import TilePath
from callrouter.evidence.timestamp import signed_time
from callrouter.evidence.tree import (
    TILE_HEIGHT,
    TILE_WIDTH,
    consistency_proof,
    range_root,
    roots_by_consistency,
)

Fetch = Callable[[str], bytes]
"""the content at a path below the log's address: `checkpoint`, `tile/0/000`"""


class SplitView(CallRouterError):
    """The log showed two heads of which neither extends the other. Both are evidence."""

    def __init__(self, text: str, note: str) -> None:
        super().__init__(text)
        self.note = note
        """the signed head that it shows now"""


class ObservedHead(NamedTuple):
    """A head that the log shows now."""

    head: Checkpoint
    note: str
    is_newer: bool
    """than the last one that was seen"""
    signed_at: datetime | None
    """None: this log does not say when it signs"""


class PublishedTiles:
    """The tiles of a log with this many entries, as a `TileReader`."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size

    def __call__(self, level: int, number: int) -> Sequence[bytes]:
        width = min((self._size >> TILE_HEIGHT * level) - number * TILE_WIDTH, TILE_WIDTH)
        content = self._fetch(f"tile/{TilePath(level, number, width)}")
        require(len(content) == width * HASH_BYTES, f"tile {number} of level {level} has not {width} hashes")
        return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def observe(fetch: Fetch, key: str, seen: str | None) -> ObservedHead:
    """The head that the log shows, checked against the last one that was seen.

    Raises Refused if it is no signed head of this log, or its tiles are of no use, and SplitView.
    """
    note = fetch("checkpoint").decode()
    head = open_checkpoint(note, key)
    signed_at = signed_time(note, key)
    before = open_checkpoint(seen, key) if seen else None
    if before is None:
        _require_published(fetch, head)
        return ObservedHead(head, note, is_newer=True, signed_at=signed_at)
    older, newer = sorted((before, head), key=lambda each: each.size)
    if not _extends(fetch, older, newer):
        raise SplitView(
            f"{head.origin} shows a head with {head.size} entries that does not fit the one with {before.size} entries"
            " that was seen before: somebody is shown another log",
            note,
        )
    return ObservedHead(head, note, is_newer=head.size > before.size, signed_at=signed_at)


def _require_published(fetch: Fetch, head: Checkpoint) -> None:
    root = range_root(PublishedTiles(fetch, head.size), 0, head.size)
    require(root == head.root, "the published tiles are not those of the head")


def _extends(fetch: Fetch, older: Checkpoint, newer: Checkpoint) -> bool:
    if older.size == newer.size:
        return older.root == newer.root
    if older.size == 0:
        return True
    proof = consistency_proof(PublishedTiles(fetch, newer.size), older.size, newer.size)
    return roots_by_consistency(older.size, newer.size, older.root, proof) == (older.root, newer.root)
