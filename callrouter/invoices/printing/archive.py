"""Invoices in one file: a ZIP archive that the same documents always give the same bytes of. *Pure.*"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_UNIX = 3
_A_FILE_THAT_ITS_OWNER_MAY_WRITE = 0o100644 << 16


def as_zip(documents: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """The documents (name, content) in their order, all of them as of one moment.

    Raises ValueError where two have the same name, and for a moment outside the years 1980 to 2107.
    """
    file, names = io.BytesIO(), set[str]()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in documents:
            if name in names:
                raise ValueError(f"two documents are called {name}")
            names.add(name)
            archive.writestr(_entry(name, at), content)
    return file.getvalue()


def _entry(name: str, at: datetime) -> ZipInfo:
    """What the archive says of a document, with nothing that this machine or its clock would add."""
    moment = at.astimezone(UTC)
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = _A_FILE_THAT_ITS_OWNER_MAY_WRITE
    return entry
