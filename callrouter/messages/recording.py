"""The life of a recording: the next step and its result.

`next_attempt_at` says when the carrier is asked next, to send the sound or to delete it. Every change checks the
state that it starts from. So a late result (the message was deleted while it was fetched) changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.lease import Lease
from callrouter.messages.model import GONE, KEPT, SILENT, WAITING, MessageRecording, VoicemailMessage
from callrouter.privacy.data_keys import MESSAGE
from callrouter.privacy.vault import Vault

LEASE_DURATION = timedelta(minutes=2)
"""longer than any step takes; then another worker takes over"""

LEASE = Lease(MessageRecording, LEASE_DURATION, also=[MessageRecording.state])
_MESSAGE = sa.select(VoicemailMessage.recording, VoicemailMessage.left_at).where(
    VoicemailMessage.call == sa.bindparam("call")
)
_UPDATE = sa.update(MessageRecording).where(MessageRecording.call == sa.bindparam("of_call"))
_UPDATE_WAITING = _UPDATE.where(MessageRecording.state == WAITING)
_UPDATE_AT_CARRIER = _UPDATE.where(
    MessageRecording.state != WAITING, MessageRecording.deleted_at_carrier_at.is_(None)
)
_POSTPONE_ALL = (
    sa.update(MessageRecording)
    .where(MessageRecording.next_attempt_at < sa.bindparam("until"))
    .values(next_attempt_at=sa.bindparam("until"))
)
_RETRY_SET_ASIDE = (
    sa.update(MessageRecording)
    .where(MessageRecording.set_aside_at.is_not(None))
    .values(next_attempt_at=sa.bindparam("now"), set_aside_at=None, attempts=0)
    .returning(MessageRecording.call)
)
_SUCCESS: dict[str, Any] = {"attempts": 0, "error": None}


@dataclass(frozen=True, slots=True)
class DueRecording:
    """A recording that the carrier is to be asked about now."""

    call: str
    state: str
    attempts: int
    """including this one"""
    next_attempt_at: datetime
    """when the lease ends"""
    recording: str
    """its RecordingSid"""
    left_at: datetime


def claim(session: Session, now: datetime) -> DueRecording | None:
    """The recording that has been due longest. None if nothing is due."""
    claimed = LEASE.claim(session, now)
    if claimed is None:
        return None
    message = session.execute(_MESSAGE, {"call": claimed.call}).one()
    return DueRecording(**claimed._asdict(), **message._asdict())


def keep(session: Session, vault: Vault, call: str, sound: bytes, now: datetime) -> None:
    """Seal and store the sound, and delete it at the carrier next."""
    key = vault.sealing_key(session, MESSAGE, now)
    sealed = key.seal(sound, place_of_sound(call))
    fetched = {"state": KEPT, "day": key.name.period, "sealed": sealed, "fetched_at": now}
    session.execute(_UPDATE_WAITING, {"of_call": call, **fetched, "next_attempt_at": now, **_SUCCESS})


def place_of_sound(call: str) -> str:
    """Where a sealed sound stands: it opens nowhere else."""
    return f"recording/{call}/sealed"


def drop(session: Session, call: str, note: str, now: datetime) -> None:
    """Store that nobody speaks in it, and delete it at the carrier next."""
    fetched = {"state": SILENT, "note": note, "fetched_at": now}
    session.execute(_UPDATE_WAITING, {"of_call": call, **fetched, "next_attempt_at": now, **_SUCCESS})


def mark_gone(session: Session, call: str) -> None:
    """Store that the carrier has no such recording."""
    session.execute(_UPDATE_WAITING, {"of_call": call, "state": GONE, "next_attempt_at": None, **_SUCCESS})


def mark_deleted_at_carrier(session: Session, call: str, now: datetime) -> None:
    """Store that the carrier has deleted it. Nothing is left to do."""
    deleted = {"deleted_at_carrier_at": now, "next_attempt_at": None}
    session.execute(_UPDATE_AT_CARRIER, {"of_call": call, **deleted, **_SUCCESS})


def postpone_all(session: Session, until: datetime) -> None:
    """Ask the carrier nothing until then."""
    session.execute(_POSTPONE_ALL, {"until": until})


def set_aside(session: Session, due: DueRecording, error: str, now: datetime) -> None:
    """Store an error that no retry can mend. Staff see it and can have it retried."""
    LEASE.give_up(session, due, error, set_aside_at=now)


def retry_set_aside(session: Session, now: datetime) -> int:
    """Retry the recordings that were set aside. Returns how many there are."""
    return len(session.execute(_RETRY_SET_ASIDE, {"now": now}).all())
