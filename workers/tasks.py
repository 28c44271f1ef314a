"""The tasks. Each opens a transaction, calls one domain function, and repeats while there is more."""

from __future__ import annotations

from functools import partial
from typing import Any

from psycopg import OperationalError
from redis.exceptions import RedisError

from callrouter.calls.reap import overdue, reap
from callrouter.database import RetryableError
from callrouter.events.outbox import something_waits
from callrouter.privacy import data_keys
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.reassign import overdue_promises, reassign_overdue
from callrouter.routing.lines import end_pauses
from workers.app import app
from workers.dependencies import dependencies
from workers.drain_outbox import drain_outbox
from workers.process_monitor import mark_worker_seen, monitor_of_worker

RETRY: dict[str, Any] = {
    "autoretry_for": (RetryableError, OperationalError, RedisError, OSError),
    "retry_backoff": 1,
    "retry_backoff_max": 30,
    "max_retries": 5,
}


@app.task(**RETRY)
def settle_facts() -> None:
    """Settle the facts of the outbox."""
    deps = dependencies()
    # This message proves as much as a heartbeat, which may have to wait until the outbox is drained.
    _is_seen(sender="")
    drain_outbox(deps.flag, deps.settle_a_batch)


@app.task(**RETRY)
def reap_calls() -> None:
    """End calls whose end never came, and end pauses that are over."""
    deps = dependencies()
    deps.database.transact(lambda session: end_pauses(session, deps.now()))
    for sid in deps.database.transact(lambda session: overdue(session, deps.now())):
        deps.database.transact(partial(reap, deps.directories, deps.memory, sid, deps.now()))


@app.task(**RETRY)
def move_promises_on() -> None:
    """Reassign the promises that their owners missed, and end the expired ones."""
    deps = dependencies()
    promise_dependencies = PromiseDependencies(deps.directories, deps.memory, deps.hours, deps.vault)
    for call in deps.database.transact(lambda session: overdue_promises(session, deps.now())):
        deps.database.transact(
            partial(reassign_overdue, dependencies=promise_dependencies, call=call, now=deps.now())
        )


@app.task(**RETRY)
def watch_purge() -> None:
    """Alert staff if callers' numbers are purged too late, whatever the process that purges them does."""
    deps = dependencies()
    deps.database.transact(partial(deps.purger.alert_if_late, now=deps.now()))


@app.task(**RETRY)
def make_data_keys() -> None:
    """Make the data keys of the next days, so that no caller waits for one."""
    deps = dependencies()
    deps.database.transact(
        lambda session: data_keys.make_keys_ahead(session, deps.vault.master_keys, deps.now())
    )


@app.task
def heartbeat(sender: str = "") -> None:
    """Prove that a message of beat, or of another sender, passes the broker, the worker and the database.

    It also settles what waits, without the sweeper: it may be the alert that the sweeper is not seen.
    """
    _is_seen(sender)
    deps = dependencies()
    if deps.database.transact(something_waits):
        drain_outbox(deps.flag, deps.settle_a_batch)


def _is_seen(sender: str) -> None:
    deps = dependencies()
    monitor = monitor_of_worker(deps.began_at)
    now = deps.now()
    alerted = deps.database.transact(lambda session: mark_worker_seen(session, monitor, now, sender))
    monitor.committed(alerted, now)
