"""The Merkle tree (RFC 6962) in tiles of 256 hashes: how it grows, and its proofs. *Pure.*

A tile of level 0 has the hashes of 256 entries in a row. A tile of level 1 has the roots of 256 full tiles of level 0,
and so on. A full tile never changes. The last tile of each level may have fewer hashes: it is the tree's edge.
Source: https://c2sp.org/tlog-tiles
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from callrouter.evidence.offline_verifier import TreePeaks, leaf_hash, node_hash, require

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

TileReader = Callable[[int, int], Sequence[bytes]]
"""(level, number) of a tile: its hashes"""


class FullTile(NamedTuple):
    """A tile with 256 hashes."""

    level: int
    number: int
    root: bytes
    hashes: bytes


class TreeEdge:
    """The right edge of a tree, which is enough to append entries. Appending costs two hashes for each entry."""

    def __init__(self, size: int = 0, partial_tiles: Iterable[Sequence[bytes]] = ()) -> None:
        """`partial_tiles` has the hashes of the last tile of each level that is not full, from level 0 on."""
        self.size = size
        self.rows = [list(hashes) for hashes in partial_tiles]
        self._peaks = TreePeaks()
        for level, hashes in reversed(list(enumerate(self.rows))):
            for each in hashes:
                self._peaks.add(each, level * TILE_HEIGHT)

    def append(self, entries: Iterable[bytes]) -> list[FullTile]:
        """Append entries. Returns the tiles that became full."""
        filled: list[FullTile] = []
        for entry in entries:
            hashed = leaf_hash(entry)
            self._peaks.add(hashed)
            self.size += 1
            self._add(0, hashed, filled)
        return filled

    def root(self) -> bytes:
        return self._peaks.root()

    def _add(self, level: int, hashed: bytes, filled: list[FullTile]) -> None:
        if level == len(self.rows):
            self.rows.append([])
        row = self.rows[level]
        row.append(hashed)
        if len(row) == TILE_WIDTH:
            number = (self.size >> TILE_HEIGHT * (level + 1)) - 1
            # The peaks were joined up to this tile at least. It may be a part of a higher one by now.
            filled.append(FullTile(level, number, complete_root(row), b"".join(row)))
            self.rows[level] = []
            self._add(level + 1, filled[-1].root, filled)


def partial_widths(size: int) -> list[int]:
    """How many hashes the last tile of each level has beyond the full ones, from level 0 on."""
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return widths


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree, from 1, 2, 4 … hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def inclusion_proof(tiles: TileReader, index: int, size: int) -> list[bytes]:
    """The hashes that lead from an entry to the root (RFC 9162, 2.1.3.1), from the leaf upwards."""
    require(0 <= index < size, f"no tree of {size} entries has an entry {index}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(tiles, middle, end))
            end = middle
        else:
            proof.append(range_root(tiles, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(tiles: TileReader, old_size: int, new_size: int) -> list[bytes]:
    """The hashes that show that a tree begins with an older one (RFC 9162, 2.1.4.1), for 0 < old < new size."""
    require(0 < old_size < new_size, f"{old_size} entries are not fewer than {new_size}")
    proof, start, end, is_whole = [], 0, new_size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(range_root(tiles, middle, end))
            end = middle
        else:
            proof.append(range_root(tiles, start, middle))
            start, is_whole = middle, False
    return ([] if is_whole else [range_root(tiles, start, end)]) + proof[::-1]


def roots_by_consistency(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The roots of both trees that a consistency proof leads to (RFC 9162, 2.1.4.2), for 0 < old < new size."""
    require(0 < old_size < new_size, f"{old_size} entries are not fewer than {new_size}")
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    require(bool(path), "the consistency proof is too short")
    place, last = old_size - 1, new_size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for other in path[1:]:
        require(last > 0, "the consistency proof is too long")
        if place % 2 or place == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, other)
        place, last = place >> 1, last >> 1
    require(last == 0, "the consistency proof is too short")
    return old, new


def range_root(tiles: TileReader, start: int, end: int) -> bytes:
    """The root of the entries from `start` up to `end`, where `start` is a multiple of the next power of two."""
    peaks = TreePeaks()
    for first, after in pairwise(_complete_parts(start, end)):
        height = (after - first).bit_length() - 1
        peaks.add(_complete_subtree(tiles, first, height), height)
    return peaks.root()


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _complete_parts(start: int, end: int) -> Iterable[int]:
    """The bounds of the largest complete subtrees."""
    yield start
    while start < end:
        start += 1 << ((end - start).bit_length() - 1)
        yield start


def _complete_subtree(tiles: TileReader, start: int, height: int) -> bytes:
    """The root of a complete subtree of 2 to the `height` entries."""
    level, rest = divmod(height, TILE_HEIGHT)
    number, place = divmod(start >> (TILE_HEIGHT * level), TILE_WIDTH)
    return complete_root(tiles(level, number)[place : place + (1 << rest)])
