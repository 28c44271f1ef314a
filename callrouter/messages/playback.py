"""Opens a message in one browser for a few minutes.

The entry in the audit log is written first, in the same transaction, and the database holds that no playback is
without one. Whoever fetches the sound needs the token of the address and the secret of the browser; of both, only a
hash is stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from callrouter.database import Instant, Session
from callrouter.errors import NotKnown
from callrouter.messages.model import MessagePlayback
from callrouter.messages.play import PLAYED, open_sound
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.vault import Vault

OPEN_FOR = timedelta(minutes=10)

_NOW = sa.bindparam("now", type_=Instant)
_ADD = sa.insert(MessagePlayback)
_IS_OPEN = sa.and_(
    MessagePlayback.token_hash == sa.bindparam("token", type_=sa.LargeBinary),
    MessagePlayback.call == sa.bindparam("of_call"),
    MessagePlayback.hidden_at.is_(None),
    MessagePlayback.until > _NOW,
)
_BEGIN = (
    sa.update(MessagePlayback)
    .where(_IS_OPEN)
    .values(began_at=sa.func.coalesce(MessagePlayback.began_at, _NOW))
    .returning(MessagePlayback.entry)
)
_HIDE = sa.update(MessagePlayback).where(_IS_OPEN).values(hidden_at=_NOW).returning(MessagePlayback.entry)


def open_playback(session: Session, vault: Vault, call: str, token_hash: bytes, access: Access) -> datetime:
    """Open the message for whoever has the token, and return until when. Nothing is fetched before the commit.

    Raises NotKnown and Fault where no sound can be opened; then nothing is in the audit log.
    """
    open_sound(session, vault, call)
    entry = record_access(session, access, PLAYED, call)
    until = access.at + OPEN_FOR
    session.execute(_ADD, {"entry": entry, "call": call, "token_hash": token_hash, "until": until})
    return until


def sound_of_playback(session: Session, vault: Vault, call: str, token_hash: bytes, now: datetime) -> bytes:
    """The sound, a WAV file, as long as the playback is open. Raises NotKnown where it is not, or never was."""
    playback = {"of_call": call, "token": token_hash, "now": now}
    if session.execute(_BEGIN, playback).first() is None:
        raise NotKnown("This message is hidden. Open it anew, with a reason")
    return open_sound(session, vault, call)


def hide_playback(session: Session, call: str, token_hash: bytes, now: datetime) -> None:
    """End a playback. Hiding it again changes nothing."""
    session.execute(_HIDE, {"of_call": call, "token": token_hash, "now": now})
