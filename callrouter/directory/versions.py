"""Reads versions of the directory. A process reads each version once."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.directory.directory import Directory
from callrouter.directory.document import from_document
from callrouter.directory.model import DirectoryHead, DirectoryVersion

_HEAD = sa.select(DirectoryHead.version)
_DOCUMENT = sa.select(DirectoryVersion.document).where(DirectoryVersion.version == sa.bindparam("version"))

MOST_OLDER_VERSIONS = 8


class DirectoryCache:
    """The versions of the directory that this process has read. A version never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = Directory()
        self._older: dict[int, Directory] = {}

    @property
    def newest(self) -> Directory:
        """The newest version that this process knows. Whoever decides by it checks that it is still in force."""
        return self._newest

    def at(self, session: Session, version: int) -> Directory:
        """This version, from the cache or the database."""
        newest = self._newest
        if newest.version == version:
            return newest
        return self._older.get(version) or self._remember(read_version(session, version))

    def in_force(self, session: Session) -> Directory:
        """The version in force now."""
        return self.at(session, session.execute(_HEAD).scalar())

    def _remember(self, read: Directory) -> Directory:
        with self._lock:
            if len(self._older) >= MOST_OLDER_VERSIONS:
                self._older.clear()
            older = min(read, self._newest, key=lambda directory: directory.version)
            self._older[older.version] = older
            self._newest = max(read, self._newest, key=lambda directory: directory.version)
        return read


def read_version(session: Session, version: int) -> Directory:
    """One version as it was loaded; version 0 is empty."""
    if version == 0:
        return Directory()
    return from_document(session.execute(_DOCUMENT, {"version": version}).one().document, version)
