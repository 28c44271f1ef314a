"""Whether a call could be served now from end to end, and what is missing where not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.directory.model import directory_head
from callrouter.events.heartbeat import STALE
from callrouter.events.model import heartbeat


@dataclass(frozen=True)
class Readiness:
    """What is missing, each with how to mend it."""

    faults: list[str]

    @property
    def ready(self) -> bool:
        return not self.faults


def readiness(connection: sa.Connection, now: datetime) -> Readiness:
    """Ask the database for all that a call needs behind the web server."""
    version = connection.execute(sa.select(directory_head.c.version)).scalar_one()
    beat_at = connection.execute(sa.select(heartbeat.c.beat_at)).scalar_one()
    return Readiness([*_directory_faults(version), *_worker_faults(beat_at, now)])


def _directory_faults(version: int) -> list[str]:
    return [] if version else ["no directory is loaded: callrouter directory load FILE"]


def _worker_faults(beat_at: datetime | None, now: datetime) -> list[str]:
    if beat_at is None:
        return ["no task has come through the broker and a worker yet: start the worker and beat"]
    if now - beat_at > STALE:
        return [
            f"no task has come through since {beat_at:%Y-%m-%d %H:%M:%S} UTC: check Redis, worker and beat"
        ]
    return []
