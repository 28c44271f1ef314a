"""The heartbeat: a task that comes through the broker and a worker leaves its time here."""

from __future__ import annotations

from datetime import datetime, timedelta

from callrouter.database import Session, sql

STALE = timedelta(seconds=30)

_BEAT = sql("UPDATE heartbeat SET beat_at = :now WHERE one = 1")
_LAST = sql("SELECT beat_at FROM heartbeat WHERE one = 1")
_ERRANDS = sql("UPDATE heartbeat SET errands_at = :now WHERE one = 1")
_LAST_ERRANDS = sql("SELECT errands_at FROM heartbeat WHERE one = 1")


_AS_IT_IS = sql("UPDATE heartbeat SET beat_at = beat_at WHERE one = 1")


def write_to_see(session: Session) -> None:
    """Write what is there, to see whether it can be written."""
    session.tell(_AS_IT_IS)


def beat(session: Session, now: datetime) -> None:
    """A task has come through."""
    session.tell(_BEAT, now=now)


def last_beat(session: Session) -> datetime | None:
    """When a task last came through; None: never."""
    beat_at: datetime | None = session.ask(_LAST)[0][0]
    return beat_at


def errands_have_their_turn(session: Session, now: datetime) -> None:
    """The worker of the errands is at work."""
    session.tell(_ERRANDS, now=now)


def last_errands(session: Session) -> datetime | None:
    """When the worker of the errands last had its turn; None: never."""
    errands_at: datetime | None = session.ask(_LAST_ERRANDS)[0][0]
    return errands_at
