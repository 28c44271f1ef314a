"""The versions of the directory: when each came into force, who made it, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.directory.changes import Changes, changes_between
from callrouter.directory.directory import Directory
from callrouter.directory.document import from_document
from callrouter.directory.load import loaded_version
from callrouter.directory.model import DirectoryVersion
from callrouter.errors import NotKnown


class ListedVersion(TypedDict):
    """One version. `added`, `changed` and `removed` name entries like `centers sunrise-la`."""

    version: int
    in_force_since: datetime
    loaded_by: str | None
    approved_by: str | None
    reason: str | None
    added: list[str]
    changed: list[str]
    removed: list[str]


def latest_versions(connection: sa.Connection, count: int) -> list[ListedVersion]:
    """The latest versions, newest first."""
    query = sa.select(DirectoryVersion.__table__).order_by(DirectoryVersion.version.desc()).limit(count)
    rows = connection.execute(query).all()[::-1]
    listed: list[ListedVersion] = []
    before = loaded_version(connection, rows[0].version - 1) if rows else Directory()
    for row in rows:
        after = from_document(row.document, row.version)
        listed.append(_listed(row, changes_between(before, after)))
        before = after
    return listed[::-1]


def known_version(connection: sa.Connection, version: int) -> Directory:
    """A version as it was loaded; 0 is the empty one. Raises NotKnown for an unknown number."""
    latest = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(DirectoryVersion.version), 0))
    ).scalar_one()
    if not 0 <= version <= latest:
        raise NotKnown(f"there is no version {version}; `callrouter directory versions` lists them")
    return loaded_version(connection, version)


def _listed(row: sa.Row[tuple[object, ...]], changes: Mapping[str, Changes]) -> ListedVersion:
    return {
        "version": row.version,
        "in_force_since": row.loaded_at,
        "loaded_by": row.loaded_by,
        "approved_by": row.approved_by,
        "reason": row.reason,
        "added": [f"{section} {key}" for section, made in changes.items() for key in made.added],
        "changed": [f"{section} {key}" for section, made in changes.items() for key in made.changed],
        "removed": [f"{section} {key}" for section, made in changes.items() for key in made.removed],
    }
