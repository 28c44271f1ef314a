"""Verifies proofs and exports of an evidence log, offline: `python offline_verifier.py FILE KEY [HEAD]`.

This one file can be given away. It needs Python 3.11 and the package `cryptography`. FILE is what `callrouter
disclosure prove` or `export` wrote. KEY is the log's public key, `host/evidence+01234567+A…`, which you have from
somewhere else. HEAD is a file with an older signed head: an export must still hold what it signed.

FILE has one JSON document a line, the signed head first (https://c2sp.org/tlog-checkpoint). Each further line has a
record and its salt. SHA-256 of salt and record is an entry of the log. In a proof the line also has the index and the
inclusion proof (RFC 9162, 2.1.3). An export has all records in order, so the tree is computed again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "callrouter-evidence/1"
HASH_BYTES = SALT_BYTES = 32
_decode = partial(base64.b64decode, validate=True)
ED25519 = b"\x01"


class Refused(ValueError):
    """It does not hold. The text says why."""


class Checkpoint(NamedTuple):
    """A signed head."""

    origin: str
    size: int
    root: bytes


def canonical(document: Any) -> bytes:
    """Canonical JSON (RFC 8785) of strings, integers, booleans, null, lists and objects with ASCII keys."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: bytes, record: Any) -> bytes:
    """An entry of the log. Without the salt it tells nothing about the record."""
    return hashlib.sha256(salt + canonical(record)).digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class TreePeaks:
    """The roots of the largest complete subtrees, from left to right. From these the root of the tree follows."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []  # (height, hash)

    def add(self, hashed: bytes, height: int = 0) -> None:
        """Append a leaf, or a complete subtree that is not higher than the last one."""
        while self.peaks and self.peaks[-1][0] == height:
            hashed = node_hash(self.peaks.pop()[1], hashed)
            height += 1
        self.peaks.append((height, hashed))

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256().digest()
        *others, (_, root) = self.peaks
        for _, peak in reversed(others):
            root = node_hash(peak, root)
        return root


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    require(0 <= index < size, f"no tree of {size} entries has an entry {index}")
    place, last, found = index, size - 1, leaf
    for other in proof:
        require(last > 0, "the inclusion proof is too long")
        if place % 2 or place == last:
            found = node_hash(other, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    require(last == 0, "the inclusion proof is too short")
    return found


def open_checkpoint(note: str, key: str) -> Checkpoint:
    """The head in a signed note, if the log of this key signed it. Raises Refused."""
    origin, size, root, *_ = (*signed_text(note, key).split("\n"), "", "")
    require(origin == key.split("+", maxsplit=1)[0], f"the head is of another log, {origin}")
    require(size.isascii() and size.isdecimal() and str(int(size)) == size, "the head has no size")
    require(len(_decode(root)) == HASH_BYTES, "the head has no root")
    return Checkpoint(origin, int(size), _decode(root))


def signed_text(note: str, key: str) -> str:
    """The text of a note that this key signed (https://c2sp.org/signed-note). Raises Refused."""
    name, key_id, public = public_key(key)
    text, _, signatures = note.rpartition("\n\n")
    require(all(sign >= " " or sign == "\n" for sign in note), "the head has control characters")
    for line in signatures.split("\n"):
        dash, signer, encoded = (*line.split(" "), "", "", "")[:3]
        signature = _decode(encoded)
        if (dash, signer, signature[:4]) == ("\N{EM DASH}", name, key_id):
            try:
                public.verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise Refused(f"the signature of {name} is wrong") from None
            return f"{text}\n"
    raise Refused(f"the head is not signed by the key {key}")


def public_key(key: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """The name, the key ID and the Ed25519 key of a verifier key."""
    name, key_id, encoded = (*key.split("+", 2), "", "")[:3]
    public = _decode(encoded)
    require(len(public) == HASH_BYTES + 1 and public[:1] == ED25519, "that is not the public key of a log")
    expected = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    require(key_id == expected.hex(), "the public key is mistyped: its ID does not fit")
    return name, expected, Ed25519PublicKey.from_public_bytes(public[1:])


def verify_lines(lines: Iterable[str], key: str, old_head: str | None = None) -> tuple[int, Checkpoint]:
    """How many records were verified, and the head that they are verified against. Raises Refused."""
    documents = map(_parsed, lines)
    first: dict[str, Any] = next(documents, {})
    require(first.get("format") == FORMAT, f"it does not begin as {FORMAT}")
    head = open_checkpoint(first["checkpoint"], key)
    if first["contents"] == "export":
        return _verify_export(documents, head, open_checkpoint(old_head, key) if old_head else head)
    require(old_head is None, "an older head is compared with an export only")
    count = sum(1 for document in documents if _verify_proof(document, head))
    require(count > 0, "it has no record")
    return count, head


def _verify_proof(line: Any, head: Checkpoint) -> bool:
    index, proof = line["index"], [bytes.fromhex(each) for each in line["proof"]]
    root = root_by_inclusion(leaf_hash(_entry(line)), index, head.size, proof)
    require(root == head.root, f"the record is not entry {index} of the log")
    return True


def _verify_export(lines: Iterable[Any], head: Checkpoint, old: Checkpoint) -> tuple[int, Checkpoint]:
    tree, count, roots = TreePeaks(), 0, {0: TreePeaks().root()}
    for count, line in enumerate(lines, 1):
        tree.add(leaf_hash(_entry(line)))
        if count in {old.size, head.size}:
            roots[count] = tree.root()
    require(count == head.size, f"it has {count} records, and the head says {head.size}")
    require(roots[count] == head.root, "the records are not those of the head")
    require(roots.get(old.size) == old.root, "the log does not hold what the older head signed")
    return count, head


def _entry(line: Any) -> bytes:
    salt = bytes.fromhex(line["salt"])
    require(len(salt) == SALT_BYTES and isinstance(line["record"], dict), "a record or its salt is missing")
    return commitment(salt, line["record"])


def _parsed(line: str) -> Any:
    """Only the canonical form: in any other, a name that stands twice could show a reader something else."""
    document = json.loads(line)
    require(canonical(document).decode() == line.rstrip("\n"), "a line is not canonical JSON")
    return document


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused(otherwise)


def main(file: str, key: str, head: str | None = None) -> str:
    """What was verified, in a sentence."""
    with Path(file).open(encoding="utf-8") as lines:
        count, against = verify_lines(lines, key, Path(head).read_text(encoding="utf-8") if head else None)
    return f"Verified: {count} records against the head of {against.origin} with {against.size} entries."


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{main(*sys.argv[1:]) if len(sys.argv) in {3, 4} else __doc__}\n")
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        sys.exit(f"NOT VERIFIED: {error}.")
