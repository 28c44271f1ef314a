"""The life of a message's recording: what is done next, and the result.

`next_attempt_at` says when the carrier is asked again, to send the sound or to delete it. Every change checks the
state that it starts from. So a result that comes too late (somebody deleted the message while it was fetched) changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.lease import Lease
from callrouter.messages.model import GONE, KEPT, SILENT, WAITING, MessageRecording, VoicemailMessage
from callrouter.privacy.vault import Sealed

LEASE_DURATION = timedelta(minutes=2)
"""longer than any step takes; another worker follows one that died"""

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
    """this one included"""
    next_attempt_at: datetime
    """when the lease ends"""
    recording: str
    """its RecordingSid"""
    left_at: datetime


def claim(session: Session, now: datetime) -> DueRecording | None:
    """The recording that has been due longest; None where nothing is due."""
    claimed = LEASE.claim(session, now)
    if claimed is None:
        return None
    message = session.execute(_MESSAGE, {"call": claimed.call}).one()
    return DueRecording(**claimed._asdict(), **message._asdict())


def keep(session: Session, call: str, sealed: Sealed, now: datetime) -> None:
    """The sound is sealed here, and is to be deleted at the carrier."""
    fetched = {"state": KEPT, "key_id": sealed.key_id, "sealed": sealed.content, "fetched_at": now}
    session.execute(_UPDATE_WAITING, {"of_call": call, **fetched, "next_attempt_at": now, **_SUCCESS})


def drop(session: Session, call: str, note: str, now: datetime) -> None:
    """Nobody speaks in it: the sound is not kept, and is to be deleted at the carrier."""
    fetched = {"state": SILENT, "note": note, "fetched_at": now}
    session.execute(_UPDATE_WAITING, {"of_call": call, **fetched, "next_attempt_at": now, **_SUCCESS})


def mark_gone(session: Session, call: str) -> None:
    """The carrier has no such recording."""
    session.execute(_UPDATE_WAITING, {"of_call": call, "state": GONE, "next_attempt_at": None, **_SUCCESS})


def mark_deleted_at_carrier(session: Session, call: str, now: datetime) -> None:
    """The carrier does not have it any more, so there is nothing left to ask."""
    deleted = {"deleted_at_carrier_at": now, "next_attempt_at": None}
    session.execute(_UPDATE_AT_CARRIER, {"of_call": call, **deleted, **_SUCCESS})


def postpone_all(session: Session, until: datetime) -> None:
    """The carrier is left alone until then."""
    session.execute(_POSTPONE_ALL, {"until": until})


def set_aside(session: Session, due: DueRecording, error: str, now: datetime) -> None:
    """It cannot be done as it is; staff see the error, and can have it tried again."""
    LEASE.give_up(session, due, error, set_aside_at=now)


def retry_set_aside(session: Session, now: datetime) -> int:
    """Have the recordings that were set aside tried again; how many there are."""
    return len(session.execute(_RETRY_SET_ASIDE, {"now": now}).all())
