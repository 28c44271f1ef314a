"""Trees in a test: of any entries, with all their tiles; and RFC 6962 word for word, which computes everything anew."""

import hashlib
from collections.abc import Sequence

from callrouter.evidence.offline_verifier import HASH_BYTES
from callrouter.evidence.tree import TileReader, TreeEdge


def hashes_of(content: bytes) -> list[bytes]:
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def tiles_of(entries: Sequence[bytes]) -> TileReader:
    """The tiles of the tree of these entries."""
    edge = TreeEdge()
    full = {(tile.level, tile.number): hashes_of(tile.hashes) for tile in edge.append(entries)}
    return lambda level, number: full.get((level, number)) or edge.rows[level]


def root_of(entries: Sequence[bytes]) -> bytes:
    edge = TreeEdge()
    edge.append(entries)
    return edge.root()


def merkle_tree_hash(entries: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    middle = split(len(entries))
    left, right = merkle_tree_hash(entries[:middle]), merkle_tree_hash(entries[middle:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def audit_path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(entries) == 1:
        return []
    middle = split(len(entries))
    if index < middle:
        return [*audit_path(index, entries[:middle]), merkle_tree_hash(entries[middle:])]
    return [*audit_path(index - middle, entries[middle:]), merkle_tree_hash(entries[:middle])]


def subproof(size: int, entries: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if size == len(entries):
        return [] if whole else [merkle_tree_hash(entries)]
    middle = split(len(entries))
    if size <= middle:
        return [*subproof(size, entries[:middle], whole=whole), merkle_tree_hash(entries[middle:])]
    return [*subproof(size - middle, entries[middle:], whole=False), merkle_tree_hash(entries[:middle])]


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power
