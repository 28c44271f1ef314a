"""Several people act at the same moment: each has read what there is before any of them writes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TypeVar

import sqlalchemy as sa

from callrouter.database import Database
from tests.owner import as_owner

T = TypeVar("T")

_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def at_once(database: Database, lock: str, *acts: Callable[[], T]) -> list[T]:
    """What each act returns. `lock` is a statement; all acts wait for its lock before any of them goes on."""
    with ThreadPoolExecutor(len(acts)) as threads:
        with as_owner(database) as holder:
            holder.exec_driver_sql(lock)
            running = [threads.submit(act) for act in acts]
            while _count_waiting(holder) < len(acts):
                assert not any(act.done() for act in running)
        return [act.result() for act in running]


def somebody_waits_for_a_lock(database: Database, act: Thread) -> None:
    """Return when a connection waits for a lock of another, which the running `act` does."""
    with as_owner(database) as observer:
        while not _count_waiting(observer):
            assert act.is_alive()


def _count_waiting(connection: sa.Connection) -> int:
    # Within one transaction the server shows the same activity again and again.
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
    count: int = connection.exec_driver_sql(_WAITING).scalar_one()
    return count
