"""Reads an export of the evidence log, and verifies it on the way: each record, the whole tree, the signed head.

What it yields is not verified before the end. A log that does not verify is one discrepancy, and what its records say
is still judged: that names what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from callrouter.blindness.findings import LOG, Findings
from callrouter.blindness.value_types import is_hex, parsed_json
from callrouter.errors import Fault
from callrouter.evidence.offline_verifier import (
    FORMAT,
    SALT_BYTES,
    Checkpoint,
    TreePeaks,
    canonical,
    commitment,
    leaf_hash,
    open_checkpoint,
)

Line = dict[str, Any]


class AuditedHead(NamedTuple):
    """The signed head that an audit was made against."""

    origin: str
    entries: int
    root: str
    checkpoint: str


class ExportLines:
    """The lines of an export. `key` is the public key of its log."""

    def __init__(self, lines: Iterable[bytes], key: str, found: Findings) -> None:
        self._lines = iter(lines)
        self._found = found
        first = self._parsed("the first line", next(self._lines, b"{}")) or {}
        if first.get("format") != FORMAT or first.get("contents") != "export":
            raise Fault("this is no export of an evidence log: `callrouter audit export` writes one")
        checkpoint = first.get("checkpoint")
        self._checkpoint = checkpoint if isinstance(checkpoint, str) else ""
        self.head = self._opened(key)
        self.read = 0

    @property
    def audited_head(self) -> AuditedHead:
        return AuditedHead(self.head.origin, self.head.size, self.head.root.hex(), self._checkpoint)

    def __iter__(self) -> Iterator[Line]:
        """Every line with a record, in order. At the end the tree is compared with the head."""
        tree = TreePeaks()
        for number, text in enumerate(self._lines):
            line = self._parsed(f"entry {number}", text)
            if line is not None and self._is_whole(f"entry {number}", line):
                tree.add(leaf_hash(commitment(bytes.fromhex(line["salt"]), line["record"])))
                yield line
            self.read = number + 1
        self._compare(tree)

    def _is_whole(self, name: str, line: Line) -> bool:
        salt = line.get("salt", "")
        is_whole = is_hex(salt) and len(salt) == 2 * SALT_BYTES and isinstance(line.get("record"), dict)
        self._found.expect(is_whole, LOG, name, "its record or its salt is missing")
        return is_whole

    def _compare(self, tree: TreePeaks) -> None:
        size = self.head.size
        if self.read != size:
            self._found.add(LOG, "the export", f"it has {self.read} records, and its head signed {size}")
        elif tree.root() != self.head.root:
            self._found.add(LOG, "the export", "its records are not those that its head signed")

    def _opened(self, key: str) -> Checkpoint:
        try:
            return open_checkpoint(self._checkpoint, key)
        except ValueError as error:
            self._found.add(LOG, "the head", str(error))
            return Checkpoint("", 0, b"")

    def _parsed(self, name: str, text: bytes) -> Line | None:
        """Only the canonical form: in any other, a name that stands twice could show a reader something else."""
        try:
            line = parsed_json(text)
            is_canonical = isinstance(line, dict) and canonical(line) == text.rstrip(b"\n")
        except ValueError as error:
            self._found.add(LOG, name, f"it is no JSON: {error}")
            return None
        self._found.expect(is_canonical, LOG, name, "it is no canonical JSON of an object")
        return line if is_canonical else None
