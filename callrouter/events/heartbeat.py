"""The heartbeat: when each kind of process was last seen at work.

A worker is seen when a message passes the broker and the worker and reaches the database; beat is seen when that
message was its own. The web server, the console and the outbox sweeper need no broker and write here themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.model import Heartbeat

WEB, WORKER, EXTERNAL, BEAT, OUTBOX_SWEEPER = "web", "worker", "external", "beat", "outbox_sweeper"
CONSOLE = "console"
_COLUMNS = {
    WEB: Heartbeat.web_at,
    WORKER: Heartbeat.worker_at,
    EXTERNAL: Heartbeat.external_at,
    BEAT: Heartbeat.beat_at,
    OUTBOX_SWEEPER: Heartbeat.outbox_sweeper_at,
    CONSOLE: Heartbeat.console_at,
}
PROCESSES = tuple(_COLUMNS)
"""the kinds of processes, as the Procfile names them"""
STALE = timedelta(seconds=30)
UNSEEN = timedelta(seconds=60)
"""then an alert is raised"""
EXTERNAL_UNSEEN = timedelta(minutes=5)
"""tasks of the external queue wait for carriers and mail servers, and no other task runs meanwhile"""

EVIDENCE_LATE = timedelta(seconds=60)
"""without all records in the evidence log, until an alert is raised"""

_WRITE_UNCHANGED = sa.update(Heartbeat).values({Heartbeat.worker_at: Heartbeat.worker_at})
_MARK_SEEN = {
    process: sa.update(Heartbeat).values({column: sa.bindparam("now")})
    for process, column in _COLUMNS.items()
}
_MARK_COMPLETE = sa.update(Heartbeat).values(evidence_complete_at=sa.bindparam("now"))
_COMPLETE_AT = sa.select(Heartbeat.evidence_complete_at)
_LAST_SEEN = sa.select(*_COLUMNS.values())


class LastSeen(NamedTuple):
    """A kind of process, and how long ago it was last seen."""

    process: str
    age: float | None
    """seconds; None: never"""
    stale: bool


def check_writable(session: Session) -> None:
    """Write the stored values again, to see whether the database can be written."""
    session.execute(_WRITE_UNCHANGED)


def mark_seen(session: Session, now: datetime, *processes: str) -> None:
    """Record that these kinds of processes are at work."""
    for process in processes:
        session.execute(_MARK_SEEN[process], {"now": now})


def mark_evidence_complete(session: Session, now: datetime) -> None:
    """Record that the evidence log has every record, with a signed head."""
    session.execute(_MARK_COMPLETE, {"now": now})


def evidence_complete_at(session: Session) -> datetime | None:
    """When the evidence log last had every record. None: never."""
    at: datetime | None = session.execute(_COMPLETE_AT).scalar()
    return at


def is_evidence_late(complete_at: datetime | None, now: datetime) -> bool:
    """Whether the evidence log has lacked something for more than a minute."""
    return complete_at is None or now - complete_at > EVIDENCE_LATE


def last_beat(session: Session) -> datetime | None:
    """When a task last passed the broker. None: never."""
    return seen(session)[WORKER]


def seen(session: Session) -> dict[str, datetime | None]:
    """When each kind of process was last seen. None: never."""
    return dict(zip(PROCESSES, session.execute(_LAST_SEEN).one(), strict=True))


def last_seen(connection: sa.Connection, now: datetime) -> list[LastSeen]:
    """How long ago each kind of process was last seen. Read-only."""
    moments = dict(zip(PROCESSES, connection.execute(_LAST_SEEN).one(), strict=True))
    return [_last_seen(process, at, now) for process, at in moments.items()]


def _last_seen(process: str, at: datetime | None, now: datetime) -> LastSeen:
    if at is None:
        return LastSeen(process, None, stale=True)
    # Another machine's clock may be a little ahead.
    stale = now - at > (EXTERNAL_UNSEEN if process == EXTERNAL else STALE)
    return LastSeen(process, max((now - at).total_seconds(), 0.0), stale)


def unseen(
    moments: Mapping[str, datetime | None], watched: Iterable[str], since: datetime, now: datetime
) -> list[str]:
    """The processes that need an alert. Times before `since` do not count. Nobody misses a console that never ran."""
    expected = (process for process in watched if moments[process] or process != CONSOLE)
    return [
        process for process in expected if now - max(moments[process] or since, since) > patience(process)
    ]


def patience(process: str) -> timedelta:
    """How long a kind of process may be unseen before an alert is raised."""
    return EXTERNAL_UNSEEN if process == EXTERNAL else UNSEEN
