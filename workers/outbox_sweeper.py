"""The outbox sweeper looks at the outbox every second and wakes a worker if something waits. `python -m
workers.outbox_sweeper` runs it.

It replaces lost wakeups, and it retries failed facts when their time comes. If nobody drains the outbox for half a
minute, it does so itself; for that it only needs the database. It also monitors the other processes and raises an
alert for one that is not seen. Another thread writes the evidence log.
"""

from __future__ import annotations

import signal
import sys
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
from callrouter.evidence.append import SigningKey
from callrouter.wordings.due import put_due_in_force
from config.environment import SettingsError
from config.evidence_key import evidence_seed
from config.logging import configure
from config.startup import WRONG_SETTINGS, check_database_or_exit
from workers.app import app, settings
from workers.dependencies import WorkerDependencies, dependencies
from workers.evidence_monitor import EvidenceMonitor
from workers.evidence_writer import EvidenceWriter, write_until
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
"""without anybody who drains the outbox, until the sweeper does"""
PROBED = {WORKER: HEARTBEAT, EXTERNAL: EXTERNAL_HEARTBEAT}
PROBED_AFTER = timedelta(seconds=10)
"""Beat sends heartbeats more often. If it does not, the sweeper does, so that a dead beat makes no other process
unseen.
"""
DELIVER_SECONDS = 5.0


class StallDetector:
    """Detects that facts have waited for `seconds` while nobody settled any.

    It sees that somebody has settled when the stored time changes, and measures how long with a monotonic clock. So
    no wrong clock matters.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._settled_at: datetime | None = None
        self._since: float | None = None
        self._ours: datetime | None = None
        self.goes_on = False
        """whether we were the last to settle"""

    def is_stalled(self, waits: bool, settled_at: datetime | None, now: float) -> bool:
        """Whether this process should drain the outbox. `now` is from a monotonic clock, in seconds."""
        if not waits or self._since is None or settled_at != self._settled_at:
            self._since, self._settled_at = now, settled_at
        # The last process that settled goes on until another one settles.
        self.goes_on = settled_at is not None and settled_at == self._ours
        return waits and (self.goes_on or now - self._since >= self._seconds)

    def mark_drained(self, settled_at: datetime | None) -> None:
        """Remember that this process drained the outbox and stored this time."""
        self._ours = settled_at


class OutboxSweeper:
    """One sweep after another. Broker messages are sent by other threads, so a sweep never waits for the broker."""

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
        self._evidence_monitor = EvidenceMonitor(dependencies.now())
        self._monitor_seconds = monitor_seconds
        self._monitored_at = -inf
        self._refused_wordings: set[str] = set()

    def sweep(self) -> None:
        """Wake a worker if something waits, drain if nobody does, and monitor the other processes."""
        self._monitor_others()
        self._put_wordings_in_force()
        settled_at, waits = self._dependencies.database.transact(last_settled)
        if waits:
            self._wake()
        if self._stall.is_stalled(waits, settled_at, monotonic()):
            self._drain()

    def _put_wordings_in_force(self) -> None:
        """Those that were approved for a time that has come. What is refused is said once."""
        now = self._dependencies.now()
        refused = self._dependencies.database.transact(lambda session: put_due_in_force(session, now))
        for reason in set(refused) - self._refused_wordings:
            log.error("a change of the wordings cannot come into force", reason=reason)
        self._refused_wordings = set(refused)

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
            if self._dependencies.database.transact(
                lambda session: self._evidence_monitor.check(session, now)
            ):
                self._evidence_monitor.committed(now)
            for process in quiet:
                self._probe(process)

    def _check(self, session: Session, now: datetime) -> tuple[list[str], list[str]]:
        """Return the processes that got an alert, and those to probe."""
        moments = seen(session)
        mark_seen(session, now, OUTBOX_SWEEPER)
        alerted = self._monitor.check(session, now)
        quiet = [each for each in PROBED if (at := moments[each]) is None or now - at > PROBED_AFTER]
        return alerted, quiet


def deliver_alerts_for_external(
    dependencies: WorkerDependencies, stopped: threading.Event, seconds: float = DELIVER_SECONDS
) -> None:
    """Deliver alerts while the external worker is not seen: somebody has to restart it."""
    while not stopped.wait(seconds):
        try:
            at = dependencies.database.transact(seen)[EXTERNAL]
            if at is None or dependencies.now() - at > UNSEEN:
                while deliver_next(dependencies.database, dependencies.channels, dependencies.now):
                    pass
        except DATABASE_ERRORS as error:
            log.warning("no alert can be delivered; it is tried again", error=type(error).__name__)


def sweep_until(stopped: threading.Event, sweeper: OutboxSweeper) -> None:
    """Sweep every second. If the database is down, the next sweep tries again."""
    while not stopped.wait(SWEEP_SECONDS):
        try:
            sweeper.sweep()
        except (*DATABASE_ERRORS, OSError) as error:
            log.warning("the sweep failed and will be done again", error=type(error).__name__)


def main() -> None:
    """Sweep until SIGTERM or SIGINT."""
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
    threading.Thread(target=write_until, args=(stopped, _evidence_writer(own)), daemon=True).start()
    sweep_until(stopped, OutboxSweeper(own, wakeups.request, lambda process: probes[process].request()))


def _evidence_writer(own: WorkerDependencies) -> EvidenceWriter:
    try:
        seed = evidence_seed(settings)
    except (SettingsError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(WRONG_SETTINGS) from None
    return EvidenceWriter(
        own.database, SigningKey(settings.evidence_origin, seed), settings.evidence_dir, own.now
    )


def _heartbeat(task: str) -> Callable[[], object]:
    return lambda: app.send_task(task, expires=MESSAGE_SECONDS, retry=False)


if __name__ == "__main__":
    main()
