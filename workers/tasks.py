"""The tasks. Each opens a transaction, calls one function of the domain, and goes on while there is more."""

from __future__ import annotations

from functools import partial
from typing import Any

from psycopg import OperationalError
from redis.exceptions import RedisError

from callrouter.calls.reap import overdue, reap
from callrouter.database import RetryableError
from callrouter.events.outbox import something_waits
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.reassign import overdue_promises, reassign_overdue
from callrouter.routing.lines import end_pauses
from workers.app import app
from workers.liveness import watch_of_this_worker, worker_is_seen
from workers.shift import work_a_shift
from workers.workshop import workshop

RETRY: dict[str, Any] = {
    "autoretry_for": (RetryableError, OperationalError, RedisError, OSError),
    "retry_backoff": 1,
    "retry_backoff_max": 30,
    "max_retries": 5,
}


@app.task(**RETRY)
def settle_facts() -> None:
    """Settle what waits in the outbox."""
    shop = workshop()
    # This message has come through as well as a heartbeat does, which may have to wait for the end of the shift.
    _is_seen(sender="")
    work_a_shift(shop.flag, shop.settle_a_batch)


@app.task(**RETRY)
def reap_calls() -> None:
    """End the calls whose end never came, and the pauses that are over."""
    shop = workshop()
    shop.database.transact(lambda session: end_pauses(session, shop.now()))
    for sid in shop.database.transact(lambda session: overdue(session, shop.now())):
        shop.database.transact(partial(reap, shop.directories, shop.memory, sid, shop.now()))


@app.task(**RETRY)
def move_promises_on() -> None:
    """Let the promises that their owners have missed move on, and end those that nobody could keep."""
    shop = workshop()
    dependencies = PromiseDependencies(shop.directories, shop.memory, shop.hours)
    for call in shop.database.transact(lambda session: overdue_promises(session, shop.now())):
        shop.database.transact(
            partial(reassign_overdue, dependencies=dependencies, call=call, now=shop.now())
        )


@app.task
def heartbeat(sender: str = "") -> None:
    """Prove that a message of beat, or of another sender, comes through broker, worker and database.

    What waits then is settled, so that it does not need the relay: it may be the alert that the relay is not seen.
    """
    _is_seen(sender)
    shop = workshop()
    if shop.database.transact(something_waits):
        work_a_shift(shop.flag, shop.settle_a_batch)


def _is_seen(sender: str) -> None:
    shop = workshop()
    liveness = watch_of_this_worker(shop.began_at)
    now = shop.now()
    told = shop.database.transact(lambda session: worker_is_seen(session, liveness, now, sender))
    liveness.committed(told, now)
