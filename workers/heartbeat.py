"""The heartbeat of the processes that need no broker: the web server and the console."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from callrouter.database import Database, RetryableError
from callrouter.events.heartbeat import mark_seen

log = structlog.get_logger("workers.heartbeat")

SECONDS = 10.0
DATABASE_ERRORS = (RetryableError, SQLAlchemyError, psycopg.Error)


def start_heartbeat(
    database: Database, process: str, clock: Callable[[], datetime], seconds: float = SECONDS
) -> threading.Event:
    """Write the heartbeat now and every `seconds`, in a thread, until the returned event is set."""
    stopped = threading.Event()

    def write() -> None:
        try:
            database.transact(lambda session: mark_seen(session, clock(), process))
        except DATABASE_ERRORS as error:
            log.warning("the heartbeat could not be written", error=type(error).__name__)

    def keep_writing() -> None:
        write()
        while not stopped.wait(seconds):
            write()

    threading.Thread(target=keep_writing, name="heartbeat", daemon=True).start()
    return stopped
