"""The history of one entry of the directory: which versions changed it, who made them and why, before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.directory.changes import changed_entries
from callrouter.directory.differences import Difference, differences_in_entry
from callrouter.directory.directory import Directory
from callrouter.directory.document import Entry, EntryDocument, entry_document, from_sections
from callrouter.directory.model import DirectoryEntryChange, DirectoryVersion


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """What one version changed of an entry."""

    version: int
    section: str
    key: str
    at: datetime
    loaded_by: str | None
    approved_by: str | None
    reason: str | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """Some changes of an entry, latest first; how many there are; the next page has versions before `older`."""

    versions: list[EntryVersion]
    total: int
    older: int | None


def write_entry_changes(connection: sa.Connection, version: int, before: Directory, after: Directory) -> None:
    """Keep every entry in which two versions differ."""
    rows = [
        {"version": version, "section": section, "key": key, "before": _text(old), "after": _text(new)}
        for section, key, old, new in changed_entries(before, after)
    ]
    if rows:
        connection.execute(sa.insert(DirectoryEntryChange), rows)


def entry_history(
    connection: sa.Connection, section: str, key: str, size: int, older_than: int | None = None
) -> EntryHistory:
    """The changes of an entry of the file."""
    table = DirectoryEntryChange
    return _page(connection, sa.and_(table.section == section, table.key == key), size, older_than)


def number_history(
    connection: sa.Connection, number: str, size: int, older_than: int | None = None
) -> EntryHistory:
    """The changes of listings and helplines that had, or got, this number."""
    table, written = DirectoryEntryChange, json.dumps(number)
    has_number = sa.or_(
        table.before.contains(written, autoescape=True), table.after.contains(written, autoescape=True)
    )
    return _page(
        connection, sa.and_(table.section.in_(("listings", "helplines")), has_number), size, older_than
    )


def _page(
    connection: sa.Connection, wanted: sa.ColumnElement[bool], size: int, older_than: int | None
) -> EntryHistory:
    change, version = DirectoryEntryChange.__table__, DirectoryVersion
    signed = (version.loaded_at, version.loaded_by, version.approved_by, version.reason)
    query = sa.select(change, *signed).join(version).where(wanted)
    total = connection.execute(sa.select(sa.func.count()).select_from(change).where(wanted)).scalar_one()
    if older_than is not None:
        query = query.where(change.c.version < older_than)
    rows = connection.execute(query.order_by(change.c.version.desc(), change.c.key).limit(size + 1)).all()
    # A version is never split: it may change two entries, between which a number moved.
    older = rows[size].version + 1 if len(rows) > size else None
    shown = [row for row in rows[:size] if older is None or row.version >= older]
    return EntryHistory([_entry_version(row) for row in shown], total, older)


def _entry_version(row: sa.Row[Any]) -> EntryVersion:
    return EntryVersion(
        version=row.version,
        section=row.section,
        key=row.key,
        at=row.loaded_at,
        loaded_by=row.loaded_by,
        approved_by=row.approved_by,
        reason=row.reason,
        differences=differences_in_entry(
            row.section, row.key, _words(row.section, row.before), _words(row.section, row.after)
        ),
    )


def _text(entry: Entry | None) -> str | None:
    return None if entry is None else json.dumps(entry_document(entry), ensure_ascii=False)


def _words(section: str, text: str | None) -> EntryDocument | None:
    if text is None:
        return None
    [entry] = getattr(from_sections({section: [json.loads(text)]}), section).values()
    return entry_document(entry)
