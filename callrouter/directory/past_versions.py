"""The version of the directory that was in force at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.directory.model import DirectoryVersion
from callrouter.errors import Fault, NotKnown

_DIGEST = sa.func.encode(sa.func.sha256(sa.func.convert_to(DirectoryVersion.document, "UTF8")), "hex")
_AT = (
    sa.select(DirectoryVersion.version, DirectoryVersion.loaded_at, DirectoryVersion.digest == _DIGEST)
    .where(DirectoryVersion.loaded_at <= sa.bindparam("at"))
    .order_by(DirectoryVersion.version.desc())
    .limit(1)
)


class VersionInForce(NamedTuple):
    """A version, and since when it was in force."""

    version: int
    since: datetime


def version_at(connection: sa.Connection, at: datetime) -> VersionInForce:
    """The version in force at a moment.

    Raises NotKnown if there was none yet, and Fault if its document is not the one whose digest was stored.
    """
    row = connection.execute(_AT, {"at": at}).one_or_none()
    if row is None:
        raise NotKnown("no directory was in force then")
    version, since, is_whole = row
    if not is_whole:
        raise Fault(f"version {version} of the directory was changed after it was stored")
    return VersionInForce(version, since)
