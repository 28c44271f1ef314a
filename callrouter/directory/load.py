"""Puts a directory in force: a whole new version in the caller's transaction, or nothing.

Old versions stay, and so do the rows of entries that have left: calls, charges and promises refer to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.directory.changes import Changes, changes_between
from callrouter.directory.differences import Difference, differences_between
from callrouter.directory.directory import Directory
from callrouter.directory.document import from_document, to_document
from callrouter.directory.entry_history import write_entry_changes
from callrouter.directory.faults import Source
from callrouter.directory.model import (
    DirectoryHead,
    DirectoryVersion,
    StoredCenter,
    StoredHelpline,
    StoredListing,
    StoredNumber,
    StoredPartner,
)
from callrouter.directory.ownership import refuse_new_owners, refuse_shared_telephones
from callrouter.errors import Fault

_Entry = StoredPartner | StoredCenter | StoredListing | StoredHelpline

_TABLES: dict[str, type[_Entry]] = {
    "partners": StoredPartner,
    "centers": StoredCenter,
    "listings": StoredListing,
    "helplines": StoredHelpline,
}
"""the table of each section; tables that others refer to come first"""

_LOCK_HEAD = sa.update(DirectoryHead).values(version=DirectoryHead.version).returning(DirectoryHead.version)
_HEAD = sa.select(DirectoryHead.version)
_DOCUMENT = sa.select(DirectoryVersion.document).where(DirectoryVersion.version == sa.bindparam("of_version"))
_REMOVE_NUMBER = sa.delete(StoredNumber).where(StoredNumber.number == sa.bindparam("gone"))


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The version in force, whether this load made it, and its changes by section and value by value."""

    version: int
    changed: bool
    changes: dict[str, Changes]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who put a version in force, and why."""

    loaded_by: str | None = None
    approved_by: str | None = None
    reason: str | None = None


UNSIGNED = Signed()


class DirectoryChangedMeanwhile(Fault):
    """Another version than the one that the person saw is in force. Nothing was saved."""

    def __init__(self, seen: int, in_force: int) -> None:
        super().__init__(
            f"somebody changed the directory meanwhile: you saw version {seen}, and version {in_force} is in force;"
            " nothing of yours was saved"
        )


def load_directory(
    connection: sa.Connection,
    directory: Directory,
    now: datetime,
    source: Source | None = None,
    signed: Signed = UNSIGNED,
) -> LoadResult:
    """Put a checked directory in force. The same content again changes nothing.

    Two loads queue for the head's row. Meanings are compared, so a version from before a key existed equals a file
    without that key. Raises DirectoryFaults if an entry would change its owner, or two partners share a telephone;
    `source` has the lines.
    """
    version = lock_head(connection)
    source = source or Source()
    refuse_new_owners(connection, directory, source)
    refuse_shared_telephones(directory, source)
    document = to_document(directory)
    before = loaded_version(connection, version)
    changes, differences = changes_between(before, directory), differences_between(before, directory)
    if version and document == to_document(before):
        return LoadResult(version, changed=False, changes=changes, differences=())
    _write_version(connection, version + 1, document, now, signed)
    write_entry_changes(connection, version + 1, before, directory)
    _write_entries(connection, directory, changes)
    _write_numbers(connection, before, directory)
    return LoadResult(version + 1, changed=True, changes=changes, differences=differences)


def lock_head(connection: sa.Connection) -> int:
    """The version in force. It stays in force until this transaction ends."""
    version: int = connection.execute(_LOCK_HEAD).scalar_one()
    return version


def lock_seen_version(connection: sa.Connection, seen: int) -> None:
    """Keep the version that a person saw in force until this transaction ends.

    Raises DirectoryChangedMeanwhile if another one is in force.
    """
    in_force = lock_head(connection)
    if seen != in_force:
        raise DirectoryChangedMeanwhile(seen, in_force)


def version_in_force(connection: sa.Connection) -> int:
    """The version in force. 0 if none was loaded."""
    version: int = connection.execute(_HEAD).scalar_one()
    return version


def loaded_version(connection: sa.Connection, version: int) -> Directory:
    """A version as it was loaded; version 0 is empty."""
    document = connection.execute(_DOCUMENT, {"of_version": version}).scalar_one_or_none()
    return from_document(document, version) if document else Directory()


def digest_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _write_version(
    connection: sa.Connection, version: int, document: str, now: datetime, signed: Signed
) -> None:
    row = {
        "version": version,
        "loaded_at": now,
        "digest": digest_of(document),
        "document": document,
        "loaded_by": signed.loaded_by,
        "approved_by": signed.approved_by,
        "reason": signed.reason,
    }
    connection.execute(sa.insert(DirectoryVersion), row)
    connection.execute(sa.update(DirectoryHead).values(version=version))


def _write_entries(connection: sa.Connection, directory: Directory, changes: dict[str, Changes]) -> None:
    for section, table in _TABLES.items():
        entries, differ = getattr(directory, section), changes[section]
        _upsert(connection, table, [_row(table, entries[key]) for key in (*differ.added, *differ.changed)])
        _take_off(connection, table, differ.removed)


def _row(table: type[_Entry], entry: Any) -> dict[str, Any]:
    names = [column.name for column in table.__table__.columns if column.name != "listed"]
    return {**{name: getattr(entry, name) for name in names}, "listed": True}


def _upsert(connection: sa.Connection, table: type[_Entry], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(table)
    others = {
        column.name: statement.excluded[column.name]
        for column in table.__table__.columns
        if not column.primary_key
    }
    connection.execute(statement.on_conflict_do_update(index_elements=[table.key], set_=others), rows)


def _take_off(connection: sa.Connection, table: type[_Entry], keys: Iterable[str]) -> None:
    gone = [{"gone": key} for key in keys]
    if gone:
        statement = sa.update(table).where(table.key == sa.bindparam("gone")).values(listed=False)
        connection.execute(statement, gone)


def _write_numbers(connection: sa.Connection, before: Directory, after: Directory) -> None:
    """Write only what differs. A number that moves is removed before it is added."""
    old, new = _owners(before), _owners(after)
    gone = [{"gone": number} for number, owner in old.items() if new.get(number) != owner]
    rows = [
        {"number": number, "listing": listing, "helpline": helpline}
        for number, (listing, helpline) in new.items()
        if old.get(number) != (listing, helpline)
    ]
    if gone:
        connection.execute(_REMOVE_NUMBER, gone)
    if rows:
        connection.execute(sa.insert(StoredNumber), rows)


def _owners(directory: Directory) -> dict[str, tuple[str | None, str | None]]:
    """The listing or the helpline of each number."""
    listings = {number: (listing.key, None) for number, listing in directory.listing_at.items()}
    helplines = {number: (None, helpline.key) for number, helpline in directory.helpline_at.items()}
    return {**listings, **helplines}
