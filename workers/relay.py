"""The relay: looks at the outbox every second and rings for what waits. `python -m workers.relay` runs it.

It makes good a bell that was lost with its process, and it is the clock of facts that failed and are tried again.
"""

from __future__ import annotations

import signal
import sqlite3
import threading

import psycopg
import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from callrouter.database import Database, Disturbed
from callrouter.events.outbox import something_waits
from config.logging import configure
from config.start import fit_or_exit
from workers.app import app, settings
from workers.bell import awake_flag, wake_a_worker

log = structlog.get_logger("workers.relay")

SWEEP_SECONDS = 1.0
PASSES_BY = (RedisError, OperationalError, OSError, DBAPIError, Disturbed, psycopg.Error, sqlite3.Error)
"""what a database or a broker says that is down, or whose disk is full"""


def sweep_until(stopped: threading.Event) -> None:
    """Ring whenever something waits; a database or a broker that is down is tried again at the next sweep."""
    database, flag = Database(settings.database_url, connections=1), awake_flag(settings.redis_url)
    while not stopped.wait(SWEEP_SECONDS):
        try:
            if database.transact(something_waits):
                wake_a_worker(app, flag)
        except PASSES_BY as error:
            log.warning("the sweep failed and will be done again", error=type(error).__name__)


def main() -> None:
    """Sweep until told to stop."""
    configure(settings.log_level)
    fit_or_exit(settings)
    stopped = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stopped.set())
    sweep_until(stopped)


if __name__ == "__main__":
    main()
