"""Monitors the processes: each is watched by another one, which raises an alert if it is not seen.

The outbox sweeper watches all others, and a worker watches the outbox sweeper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from callrouter.database import Session
from callrouter.events.heartbeat import (
    BEAT,
    CONSOLE,
    EXTERNAL,
    OUTBOX_SWEEPER,
    WEB,
    WORKER,
    mark_seen,
    seen,
    unseen,
)
from callrouter.events.outbox import publish_alert

MONITORED_BY_SWEEPER = (WEB, WORKER, EXTERNAL, BEAT, CONSOLE)
MONITORED_BY_WORKER = (OUTBOX_SWEEPER,)


class ProcessMonitor:
    """Publishes an alert once an hour for each of its processes that is not seen.

    Times before `since`, when the monitor started, do not count: all processes may have been stopped together.
    """

    def __init__(self, processes: Sequence[str], since: datetime) -> None:
        self._processes = processes
        self._since = since
        self._hours: dict[str, datetime] = {}

    def check(self, session: Session, now: datetime) -> list[str]:
        """Publish the due alerts. Returns the processes that they are about."""
        hour = _hour(now)
        late = unseen(seen(session), self._processes, self._since, now)
        due = [process for process in late if self._hours.get(process) != hour]
        for process in due:
            publish_alert(session, "process-unseen", at=now, process=process)
        return due

    def committed(self, processes: Iterable[str], now: datetime) -> None:
        """Remember that the alerts about these processes are committed for this hour."""
        self._hours.update(dict.fromkeys(processes, _hour(now)))


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


@cache
def monitor_of_worker(start: datetime) -> ProcessMonitor:
    """The monitor of a worker process that started then."""
    return ProcessMonitor(MONITORED_BY_WORKER, start)


def mark_worker_seen(session: Session, monitor: ProcessMonitor, now: datetime, sender: str) -> list[str]:
    """Record that a sender's message reached a worker, and check the worker's monitor.

    Returns the processes that got an alert.
    """
    mark_seen(session, now, WORKER, *_with_beat(sender))
    return monitor.check(session, now)


def mark_external_seen(session: Session, now: datetime, sender: str) -> None:
    """Record that a sender's message reached the worker of the external queue."""
    mark_seen(session, now, EXTERNAL, *_with_beat(sender))


def _with_beat(sender: str) -> tuple[str, ...]:
    return (BEAT,) if sender == BEAT else ()
