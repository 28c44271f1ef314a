"""`vault.key` in CALLROUTER_HOME: the ring of vault keys that was made here, and is changed here by a rotation."""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from config import parsers
from config.data_dir import new_key, replace_durably


class VaultKeyFile:
    """Reads and writes the file. At any moment it has a whole ring, whoever reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put_new_key_first(self) -> Mapping[str, bytes]:
        """Make a key and put it in front of the others. Returns the ring."""
        with self._locked():
            ring = parsers.vault_keys(new_key()) | self._ring()
            self._write(ring)
        return ring

    def take_out(self, key_ids: Sequence[str]) -> None:
        """Take these keys out of the ring."""
        with self._locked():
            self._write({key_id: key for key_id, key in self._ring().items() if key_id not in key_ids})

    def _ring(self) -> dict[str, bytes]:
        return parsers.vault_keys(self._path.read_text().strip())

    def _write(self, ring: Mapping[str, bytes]) -> None:
        text = ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in ring.items())
        replace_durably(self._path, text + "\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two rotations at once must not lose each other's key."""
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            yield
        finally:
            os.close(directory)
