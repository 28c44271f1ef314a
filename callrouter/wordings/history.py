"""The versions of the wordings, and of each text: since when, by whom, and why."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.wordings.change import from_json
from callrouter.wordings.model import WordingProposal, WordingsHead
from callrouter.wordings.versions import read_wordings
from callrouter.wordings.wordings import FIRST_VERSION, SHIPPED, Wordings

OF_THE_SOFTWARE = "the software"

_VERSIONS = (
    sa.select(WordingProposal.__table__)
    .where(WordingProposal.version.is_not(None))
    .order_by(WordingProposal.version.desc())
)
_HEAD = sa.select(WordingsHead.version)


class WordingsVersion(TypedDict):
    """One version. `texts` names each changed text, `connecting en`. Version 1 came with the software."""

    version: int
    in_force_since: datetime | None
    author: str
    approved_by: str | None
    reason: str
    texts: list[str]


class TextVersion(TypedDict):
    """A text, and the version of the wordings that brought it."""

    version: int
    in_force_since: datetime | None
    author: str
    approved_by: str | None
    reason: str
    text: str


_SHIPPED: WordingsVersion = {
    "version": FIRST_VERSION,
    "in_force_since": None,
    "author": OF_THE_SOFTWARE,
    "approved_by": None,
    "reason": "the texts that come with the software",
    "texts": [],
}


def wordings_versions(session: Session) -> list[WordingsVersion]:
    """All versions, newest first."""
    later: list[WordingsVersion] = [
        {
            "version": row.version,
            "in_force_since": row.in_force_at,
            "author": row.proposed_by,
            "approved_by": row.decided_by,
            "reason": row.reason,
            "texts": [f"{change.key} {change.language}" for change in from_json(row.changes)],
        }
        for row in session.execute(_VERSIONS)
    ]
    return [*later, _SHIPPED]


def text_history(session: Session, key: str, language: str) -> list[TextVersion]:
    """Every text of a wording in a language, newest first. Raises NotKnown."""
    if (key, language) not in SHIPPED.texts:
        raise NotKnown(f"there is no wording {key} {language}; `callrouter wordings list` shows them all")
    later: list[TextVersion] = [
        {
            "version": row.version,
            "in_force_since": row.in_force_at,
            "author": row.proposed_by,
            "approved_by": row.decided_by,
            "reason": row.reason,
            "text": change.text,
        }
        for row in session.execute(_VERSIONS)
        for change in from_json(row.changes)
        if (change.key, change.language) == (key, language)
    ]
    first: TextVersion = {
        "version": FIRST_VERSION,
        "in_force_since": None,
        "author": OF_THE_SOFTWARE,
        "approved_by": None,
        "reason": _SHIPPED["reason"],
        "text": SHIPPED.texts[key, language],
    }
    return [*later, first]


def known_wordings(session: Session, version: int) -> Wordings:
    """A version. Raises NotKnown for an unknown number."""
    if not FIRST_VERSION <= version <= session.execute(_HEAD).scalar():
        raise NotKnown(
            f"there is no version {version} of the wordings; `callrouter wordings versions` lists them"
        )
    return read_wordings(session, version)
