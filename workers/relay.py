"""The relay: looks at the outbox every second and rings for what waits. `python -m workers.relay` runs it.

It makes good a bell that was lost with its process, and it is the clock of facts that failed and are tried again.
Where nobody drains the outbox for half a minute it does so itself, as the worker does; it needs the database alone.
And it looks after the other processes: whoever is not seen is told of.
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
from callrouter.events.heartbeat import ERRANDS, RELAY, UNSEEN, WORKER, mark_seen, seen
from callrouter.events.settle import last_settled
from config.logging import configure
from config.startup import check_database_or_exit
from workers.app import HEARTBEAT_SECONDS, app, settings
from workers.bell import ERRANDS_HEARTBEAT, HEARTBEAT, MESSAGE_SECONDS, Bell, awake_flag, wake_a_worker
from workers.liveness import WATCHED_BY_RELAY, Liveness
from workers.presence import DATABASE_ERRORS
from workers.undrained import Undrained
from workers.workshop import Workshop, workshop

log = structlog.get_logger("workers.relay")

SWEEP_SECONDS = 1.0
SECONDS_OF_ITS_OWN = 30.0
"""without anybody who drains the outbox, and the relay does"""
PROBED = {WORKER: HEARTBEAT, ERRANDS: ERRANDS_HEARTBEAT}
PROBED_AFTER = timedelta(seconds=10)
"""beat sends a heartbeat more often; where it does not, the relay does, so that nobody is missed for beat's sake"""
DELIVER_SECONDS = 5.0


class Relay:
    """What the relay does at each sweep. It asks the broker for nothing itself: bells have threads of their own."""

    def __init__(
        self,
        shop: Workshop,
        ring: Callable[[], None],
        probe: Callable[[str], None],
        *,
        seconds_of_its_own: float = SECONDS_OF_ITS_OWN,
        look_after_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._shop = shop
        self._ring = ring
        self._probe = probe
        self._undrained = Undrained(seconds_of_its_own)
        self._liveness = Liveness(WATCHED_BY_RELAY, shop.now())
        self._look_after_seconds = look_after_seconds
        self._looked_after = -inf

    def sweep(self) -> None:
        """Ring for what waits, drain where nobody does, and look after the others."""
        self._look_after()
        settled_at, waits = self._shop.database.transact(last_settled)
        if waits:
            self._ring()
        if self._undrained.is_over(waits, settled_at, monotonic()):
            self._drain()

    def _drain(self) -> None:
        if not self._undrained.goes_on:
            log.warning("nobody else drains the outbox; the relay does, until somebody does")
        while self._shop.settle_a_batch():
            self._look_after()
        self._undrained.drained(self._shop.database.transact(last_settled)[0])

    def _look_after(self) -> None:
        if monotonic() - self._looked_after >= self._look_after_seconds:
            self._looked_after = monotonic()
            now = self._shop.now()
            alerted, quiet = self._shop.database.transact(lambda session: self._check(session, now))
            self._liveness.committed(alerted, now)
            for process in quiet:
                self._probe(process)

    def _check(self, session: Session, now: datetime) -> tuple[list[str], list[str]]:
        """The processes that an alert is published about, and those that are to be probed."""
        moments = seen(session)
        mark_seen(session, now, RELAY)
        alerted = self._liveness.check(session, now)
        quiet = [each for each in PROBED if (at := moments[each]) is None or now - at > PROBED_AFTER]
        return alerted, quiet


def deliver_instead_of_errands(
    shop: Workshop, stopped: threading.Event, seconds: float = DELIVER_SECONDS
) -> None:
    """Deliver alerts where the errands are not seen; whoever is to mend them must be told."""
    while not stopped.wait(seconds):
        try:
            at = shop.database.transact(seen)[ERRANDS]
            if at is None or shop.now() - at > UNSEEN:
                while deliver_next(shop.database, shop.channels, shop.now):
                    pass
        except DATABASE_ERRORS as error:
            log.warning("no alert can be delivered; it is tried again", error=type(error).__name__)


def sweep_until(stopped: threading.Event, relay: Relay) -> None:
    """Sweep every second; a database that is down is tried again at the next."""
    while not stopped.wait(SWEEP_SECONDS):
        try:
            relay.sweep()
        except (*DATABASE_ERRORS, OSError) as error:
            log.warning("the sweep failed and will be done again", error=type(error).__name__)


def main() -> None:
    """Sweep until told to stop."""
    configure(settings.log_level)
    check_database_or_exit(settings)
    stopped = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stopped.set())
    shop, flag = workshop(), awake_flag(settings.redis_url)
    bell = Bell(lambda: wake_a_worker(app, flag))
    probes = {process: Bell(_heartbeat(task), HEARTBEAT_SECONDS) for process, task in PROBED.items()}
    threading.Thread(target=deliver_instead_of_errands, args=(shop, stopped), daemon=True).start()
    sweep_until(stopped, Relay(shop, bell.ring, lambda process: probes[process].ring()))


def _heartbeat(task: str) -> Callable[[], object]:
    return lambda: app.send_task(task, expires=MESSAGE_SECONDS, retry=False)


if __name__ == "__main__":
    main()
