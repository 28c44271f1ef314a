"""A file and its manifest as one ZIP archive, written while the rows come, so that memory does not grow.

The list of contents of an archive stands at its end. So an archive that breaks off is refused by every program, and
nobody takes half an export for a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from io import RawIOBase
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MANIFEST = "manifest.json"
_PIECE = 1 << 16


class _Sink(RawIOBase):
    """Holds what was written until it is taken. It cannot be wound back, so the archive is written in one go."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: ReadableBuffer, /) -> int:
        self._held += data
        return len(memoryview(data))

    def take(self, least: int = 1) -> Iterator[bytes]:
        """What is held, where it is as much as this."""
        if len(self._held) >= least:
            yield bytes(self._held)
            self._held.clear()


def archived(
    name: str, content: Iterable[bytes], manifest: Callable[[str], str], moment: datetime
) -> Iterator[bytes]:
    """The archive with the file `name`, and after it its manifest, made from the SHA-256 of the file."""
    sink, digest = _Sink(), sha256()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        with archive.open(_entry(name, moment), "w", force_zip64=True) as file:
            for piece in content:
                digest.update(piece)
                file.write(piece)
                yield from sink.take(_PIECE)
        archive.writestr(_entry(MANIFEST, moment), manifest(digest.hexdigest()))
    yield from sink.take()


def _entry(name: str, moment: datetime) -> ZipInfo:
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry
