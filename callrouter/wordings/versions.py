"""Reads versions of the wordings. A process reads each version once."""

from __future__ import annotations

import threading
from dataclasses import replace

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.wordings.audio_files import known_audio
from callrouter.wordings.change import from_json, with_changes
from callrouter.wordings.model import WordingProposal, WordingsHead
from callrouter.wordings.wordings import FIRST_VERSION, SHIPPED, Wordings

_HEAD = sa.select(WordingsHead.version)
_CHANGES = (
    sa.select(WordingProposal.version, WordingProposal.changes)
    .where(WordingProposal.version <= sa.bindparam("up_to"))
    .order_by(WordingProposal.version)
)

MOST_OLDER_VERSIONS = 8


class UnknownWordings(LookupError):
    """No such version of the wordings is stored."""


class WordingsCache:
    """The versions of the wordings that this process has read. A version never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = SHIPPED
        self._older: dict[int, Wordings] = {FIRST_VERSION: SHIPPED}

    @property
    def newest(self) -> Wordings:
        """The newest version that this process knows. Whoever decides by it checks that it is still in force."""
        return self._newest

    def at(self, session: Session, version: int) -> Wordings:
        """This version, from the cache or the database."""
        newest = self._newest
        if newest.version == version:
            return newest
        return self._older.get(version) or self._remember(read_wordings(session, version))

    def in_force(self, session: Session) -> Wordings:
        """The version in force now."""
        return self.at(session, session.execute(_HEAD).scalar())

    def _remember(self, read: Wordings) -> Wordings:
        with self._lock:
            if len(self._older) > MOST_OLDER_VERSIONS:
                self._older = {FIRST_VERSION: SHIPPED}
            older = min(read, self._newest, key=lambda wordings: wordings.version)
            self._older[older.version] = older
            self._newest = max(read, self._newest, key=lambda wordings: wordings.version)
        return read


def read_wordings(session: Session, version: int) -> Wordings:
    """One version: the shipped texts, with the changes of all versions up to it. Raises UnknownWordings."""
    if version == FIRST_VERSION:
        return SHIPPED
    made = [(row.version, from_json(row.changes)) for row in session.execute(_CHANGES, {"up_to": version})]
    if not made or made[-1][0] != version:
        raise UnknownWordings(f"there is no version {version} of the wordings")
    # Only the latest change of each text counts, so older audio is not looked for.
    latest = {change[:2]: change for _, changes in made for change in changes}.values()
    audio = known_audio(session, (change.audio for change in latest if change.audio))
    return replace(with_changes(SHIPPED, latest, audio), version=version)
