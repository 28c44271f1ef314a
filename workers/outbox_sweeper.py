"""The outbox sweeper: looks at the outbox every second and wakes a worker for what waits. `python -m
workers.outbox_sweeper` runs it.

It replaces a wakeup that was lost with its process, and it is the clock of facts that failed and are tried again.
Where nobody drains the outbox for half a minute it does so itself, as the worker does; it needs the database alone.
And it monitors the other processes: an alert is raised for one that is not seen.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from time import monotonic

import structlog

from callrouter.alerts.deliver import deliver_next
from callrouter.database import Session
from callrouter.events.heartbeat import EXTERNAL, OUTBOX_SWEEPER, UNSEEN, WORKER, mark_seen, seen
from callrouter.events.settle import last_settled
from config.logging import configure
from config.startup import check_database_or_exit
from workers.app import app, settings
from workers.dependencies import WorkerDependencies, dependencies
from workers.heartbeat import DATABASE_ERRORS
from workers.process_monitor import MONITORED_BY_SWEEPER, ProcessMonitor
from workers.schedule import HEARTBEAT_SECONDS
from workers.wakeup import (
    EXTERNAL_HEARTBEAT,
    HEARTBEAT,
    MESSAGE_SECONDS,
    CoalescedSender,
    awake_flag,
    wake_a_worker,
)

log = structlog.get_logger("workers.outbox_sweeper")

SWEEP_SECONDS = 1.0
STALL_SECONDS = 30.0
"""without anybody who drains the outbox; then the sweeper does"""
PROBED = {WORKER: HEARTBEAT, EXTERNAL: EXTERNAL_HEARTBEAT}
PROBED_AFTER = timedelta(seconds=10)
"""Beat sends a heartbeat more often. Where it does not, the sweeper does: a dead beat makes no other process unseen."""
DELIVER_SECONDS = 5.0


class StallDetector:
    """Detects that facts have waited for `seconds` and nobody has settled any meanwhile.

    Whether somebody settled is seen by the stored moment changing; how long it did not is told by a clock that
    cannot be set. So it does not matter whose clock is wrong.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._settled_at: datetime | None = None
        self._since: float | None = None
        self._ours: datetime | None = None
        self.goes_on = False
        """whether we were the last to settle"""

    def is_stalled(self, waits: bool, settled_at: datetime | None, now: float) -> bool:
        """Whether it is time to drain it ourselves. `now` is a monotonic clock's, in seconds."""
        if not waits or self._since is None or settled_at != self._settled_at:
            self._since, self._settled_at = now, settled_at
        # Whoever was the last to settle goes on, until somebody else does.
        self.goes_on = settled_at is not None and settled_at == self._ours
        return waits and (self.goes_on or now - self._since >= self._seconds)

    def mark_drained(self, settled_at: datetime | None) -> None:
        """We have drained it, and stored this moment."""
        self._ours = settled_at


class OutboxSweeper:
    """What happens at each sweep. It asks the broker for nothing itself: messages are sent by threads of their own."""

    def __init__(
        self,
        dependencies: WorkerDependencies,
        wake: Callable[[], None],
        probe: Callable[[str], None],
        *,
        stall_seconds: float = STALL_SECONDS,
        monitor_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._dependencies = dependencies
        self._wake = wake
        self._probe = probe
        self._stall = StallDetector(stall_seconds)
        self._monitor = ProcessMonitor(MONITORED_BY_SWEEPER, dependencies.now())
        self._monitor_seconds = monitor_seconds
        self._monitored_at = -inf

    def sweep(self) -> None:
        """Wake a worker for what waits, drain where nobody does, and monitor the other processes."""
        self._monitor_others()
        settled_at, waits = self._dependencies.database.transact(last_settled)
        if waits:
            self._wake()
        if self._stall.is_stalled(waits, settled_at, monotonic()):
            self._drain()

    def _drain(self) -> None:
        if not self._stall.goes_on:
            log.warning("nobody else drains the outbox; the outbox sweeper does, until somebody does")
        while self._dependencies.settle_a_batch():
            self._monitor_others()
        self._stall.mark_drained(self._dependencies.database.transact(last_settled)[0])

    def _monitor_others(self) -> None:
        if monotonic() - self._monitored_at >= self._monitor_seconds:
            self._monitored_at = monotonic()
            now = self._dependencies.now()
            alerted, quiet = self._dependencies.database.transact(lambda session: self._check(session, now))
            self._monitor.committed(alerted, now)
            for process in quiet:
                self._probe(process)

    def _check(self, session: Session, now: datetime) -> tuple[list[str], list[str]]:
        """The processes that an alert is published about, and those that are to be probed."""
        moments = seen(session)
        mark_seen(session, now, OUTBOX_SWEEPER)
        alerted = self._monitor.check(session, now)
        quiet = [each for each in PROBED if (at := moments[each]) is None or now - at > PROBED_AFTER]
        return alerted, quiet


def deliver_alerts_for_external(
    dependencies: WorkerDependencies, stopped: threading.Event, seconds: float = DELIVER_SECONDS
) -> None:
    """Deliver alerts where the external worker is not seen: who is to restart it must be told."""
    while not stopped.wait(seconds):
        try:
            at = dependencies.database.transact(seen)[EXTERNAL]
            if at is None or dependencies.now() - at > UNSEEN:
                while deliver_next(dependencies.database, dependencies.channels, dependencies.now):
                    pass
        except DATABASE_ERRORS as error:
            log.warning("no alert can be delivered; it is tried again", error=type(error).__name__)


def sweep_until(stopped: threading.Event, sweeper: OutboxSweeper) -> None:
    """Sweep every second; a database that is down is tried again at the next."""
    while not stopped.wait(SWEEP_SECONDS):
        try:
            sweeper.sweep()
        except (*DATABASE_ERRORS, OSError) as error:
            log.warning("the sweep failed and will be done again", error=type(error).__name__)


def main() -> None:
    """Sweep until a signal to stop."""
    configure(settings.log_level)
    check_database_or_exit(settings)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    own, flag = dependencies(), awake_flag(settings.redis_url)
    wakeups = CoalescedSender(lambda: wake_a_worker(app, flag))
    probes = {
        process: CoalescedSender(_heartbeat(task), HEARTBEAT_SECONDS) for process, task in PROBED.items()
    }
    threading.Thread(target=deliver_alerts_for_external, args=(own, stopped), daemon=True).start()
    sweep_until(stopped, OutboxSweeper(own, wakeups.request, lambda process: probes[process].request()))


def _heartbeat(task: str) -> Callable[[], object]:
    return lambda: app.send_task(task, expires=MESSAGE_SECONDS, retry=False)


if __name__ == "__main__":
    main()
