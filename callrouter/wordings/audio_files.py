"""Stores and reads recorded texts. A file never changes: its name is its checksum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.wordings.audio import Audio, read_audio
from callrouter.wordings.model import WordingAudio

_ADD = insert(WordingAudio).on_conflict_do_nothing()
_KNOWN = sa.select(WordingAudio.digest, WordingAudio.seconds).where(
    WordingAudio.digest == sa.any_(sa.bindparam("wanted", type_=ARRAY(sa.Text)))
)
_CONTENT = sa.select(WordingAudio.content).where(WordingAudio.digest == sa.bindparam("digest"))


def store_audio(session: Session, content: bytes, now: datetime, person: str) -> Audio:
    """Store a file, for a proposal to name it. The same file again changes nothing. Raises Fault."""
    audio = read_audio(content)
    values = {"digest": audio.digest, "content": content, "seconds": audio.seconds}
    session.execute(_ADD, {**values, "added_at": now, "added_by": person})
    return audio


def known_audio(session: Session, digests: Iterable[str]) -> dict[str, Audio]:
    """Those files of these that are stored, by checksum. A missing file is spoken instead."""
    wanted = set(digests)
    if not wanted:
        return {}
    rows = session.execute(_KNOWN, {"wanted": sorted(wanted)})
    return {row.digest: Audio(row.digest, row.seconds) for row in rows}


def audio_content(session: Session, digest: str) -> bytes:
    """A file. Raises NotKnown."""
    content = session.execute(_CONTENT, {"digest": digest}).scalar()
    if content is None:
        raise NotKnown(f"no audio file with the checksum {digest} is stored")
    return bytes(content)
