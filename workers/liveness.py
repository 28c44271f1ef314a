"""Who watches whom: a process that is not seen is told of by another, which is alive.

The relay watches all the others, a worker watches the relay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from callrouter.database import Session
from callrouter.events.heartbeat import BEAT, ERRANDS, RELAY, WEB, WORKER, mark_seen, seen, unseen
from callrouter.events.outbox import publish_alert

WATCHED_BY_RELAY = (WEB, WORKER, ERRANDS, BEAT)
WATCHED_BY_WORKER = (RELAY,)


class Liveness:
    """Publishes an alert for each of the watched that is not seen, once an hour.

    Nobody is missed who was last seen before `since`, when the watching began: all may have been stopped together.
    """

    def __init__(self, watched: Sequence[str], since: datetime) -> None:
        self._watched = watched
        self._since = since
        self._hours: dict[str, datetime] = {}

    def check(self, session: Session, now: datetime) -> list[str]:
        """Publish what a person must be told now; the processes that it is about."""
        hour = _hour(now)
        late = unseen(seen(session), self._watched, self._since, now)
        to_tell = [process for process in late if self._hours.get(process) != hour]
        for process in to_tell:
            publish_alert(session, "process-unseen", at=now, process=process)
        return to_tell

    def committed(self, processes: Iterable[str], now: datetime) -> None:
        """The alerts about these processes are committed: this hour they are not published again."""
        self._hours.update(dict.fromkeys(processes, _hour(now)))


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


@cache
def watch_of_this_worker(start: datetime) -> Liveness:
    """What a worker process that began then watches."""
    return Liveness(WATCHED_BY_WORKER, start)


def worker_is_seen(session: Session, liveness: Liveness, now: datetime, sender: str) -> list[str]:
    """A message of this sender has come through the broker and the worker, which looks after others now.

    Returns the processes that an alert is published about.
    """
    mark_seen(session, now, WORKER, *_with_beat(sender))
    return liveness.check(session, now)


def errands_are_seen(session: Session, now: datetime, sender: str) -> None:
    """A message of this sender has come through the broker and the errands' worker."""
    mark_seen(session, now, ERRANDS, *_with_beat(sender))


def _with_beat(sender: str) -> tuple[str, ...]:
    return (BEAT,) if sender == BEAT else ()
