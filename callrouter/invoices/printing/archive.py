"""Several invoices in one ZIP archive. The same documents always give the same bytes. *Pure.*"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_UNIX = 3
_A_FILE_THAT_ITS_OWNER_MAY_WRITE = 0o100644 << 16


def as_zip(documents: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """Archive the documents (name, content) in order, all with the same time.

    Raises ValueError if two have the same name, or the time is outside the years 1980 to 2107.
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
    """The archive's entry of a document, with nothing from this machine or its clock."""
    moment = at.astimezone(UTC)
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = _A_FILE_THAT_ITS_OWNER_MAY_WRITE
    return entry
