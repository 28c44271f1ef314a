"""The heartbeat: when each kind of process was last seen, as far as its work reaches.

The workers are seen when a message comes through the broker and one of them to the database, beat when such a message
was its own. The web server and the relay need no broker, and are seen when they write here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session, selecting, sql
from callrouter.events.model import heartbeat

WEB, WORKER, ERRANDS, BEAT, RELAY = "web", "worker", "errands", "beat", "relay"
_COLUMNS = {WEB: "web_at", WORKER: "beat_at", ERRANDS: "errands_at", BEAT: "schedule_at", RELAY: "relay_at"}
PROCESSES = tuple(_COLUMNS)
"""the kinds of processes, as the Procfile names them"""
STALE = timedelta(seconds=30)
UNSEEN = timedelta(seconds=60)
"""a person is told then"""
ERRANDS_UNSEEN = timedelta(minutes=5)
"""they wait for carriers and mail servers, and have no other turn meanwhile"""

_AS_IT_IS = sql("UPDATE heartbeat SET beat_at = beat_at WHERE one = 1")
_SEE = {
    process: sql(f"UPDATE heartbeat SET {column} = :now WHERE one = 1")  # noqa: S608
    for process, column in _COLUMNS.items()
}
_SEEN = selecting(tuple(_COLUMNS.values()), "FROM heartbeat WHERE one = 1")


class LastSeen(NamedTuple):
    """A kind of process, and how long ago it was last seen."""

    process: str
    age: float | None
    """seconds; None: never"""
    stale: bool


def write_to_see(session: Session) -> None:
    """Write what is there, to see whether it can be written."""
    session.tell(_AS_IT_IS)


def mark_seen(session: Session, now: datetime, *processes: str) -> None:
    """These kinds of processes are at work."""
    for process in processes:
        session.tell(_SEE[process], now=now)


def last_beat(session: Session) -> datetime | None:
    """When a task last came through; None: never."""
    return seen(session)[WORKER]


def seen(session: Session) -> dict[str, datetime | None]:
    """When each kind of process was last seen; None: never."""
    [moments] = session.ask(_SEEN)
    return dict(zip(PROCESSES, moments, strict=True))


def last_seen(connection: sa.Connection, now: datetime) -> list[LastSeen]:
    """How long ago each kind of process was last seen. It only reads."""
    row = connection.execute(sa.select(heartbeat)).mappings().one()
    return [_last_seen(process, row[column], now) for process, column in _COLUMNS.items()]


def _last_seen(process: str, at: datetime | None, now: datetime) -> LastSeen:
    if at is None:
        return LastSeen(process, None, stale=True)
    # Another machine's clock may be a little ahead.
    stale = now - at > (ERRANDS_UNSEEN if process == ERRANDS else STALE)
    return LastSeen(process, max((now - at).total_seconds(), 0.0), stale)


def unseen(
    moments: Mapping[str, datetime | None], watched: Iterable[str], since: datetime, now: datetime
) -> list[str]:
    """Which of the watched a person is to be told of. Whoever watches since a moment knows nothing from before it."""
    return [process for process in watched if now - max(moments[process] or since, since) > patience(process)]


def patience(process: str) -> timedelta:
    """How long a kind of process may be unseen before a person is told."""
    return ERRANDS_UNSEEN if process == ERRANDS else UNSEEN
