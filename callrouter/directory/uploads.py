"""Directory files that somebody uploaded: each is kept for a day, until that person has seen what it would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.read import DirectoryFile
from callrouter.directory.document import from_document, to_document
from callrouter.directory.load import version_in_force
from callrouter.directory.model import DirectoryImport
from callrouter.directory.ownership import refuse_new_owners, refuse_shared_telephones
from callrouter.errors import NotKnown

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file without faults. `base_version` was in force when it was uploaded."""

    number: int
    name: str
    uploaded_by: str
    uploaded_at: datetime
    base_version: int
    directory: Directory


def keep_upload(connection: sa.Connection, read: DirectoryFile, person: str, now: datetime) -> int:
    """Keep a file that was read; its number. Raises DirectoryFaults with what only the database can find.

    Files that were forgotten are deleted.
    """
    refuse_new_owners(connection, read.directory, read.source)
    refuse_shared_telephones(read.directory, read.source)
    connection.execute(sa.delete(DirectoryImport).where(DirectoryImport.uploaded_at < now - KEPT))
    row = {
        "uploaded_at": now,
        "uploaded_by": person,
        "name": read.source.name,
        "base_version": version_in_force(connection),
        "document": to_document(read.directory),
    }
    number: int = connection.execute(
        sa.insert(DirectoryImport).values(row).returning(DirectoryImport.number)
    ).scalar_one()
    return number


def uploaded_file(connection: sa.Connection, number: int) -> UploadedFile:
    """A file that was uploaded. Raises NotKnown where it was put in force, or is too old."""
    query = sa.select(DirectoryImport.__table__).where(DirectoryImport.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotKnown(f"there is no uploaded file {number}: it was put in force, or is older than a day")
    directory = from_document(row.document, 0)
    return UploadedFile(row.number, row.name, row.uploaded_by, row.uploaded_at, row.base_version, directory)


def forget_upload(connection: sa.Connection, number: int) -> None:
    """Delete an uploaded file."""
    connection.execute(sa.delete(DirectoryImport).where(DirectoryImport.number == number))
