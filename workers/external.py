"""The tasks of the external queue. They wait for external services: the carrier, a mail server, a webhook.

The queue has its own worker, so that slow services delay no call's record or charge.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from celery import Task
from psycopg import OperationalError

from callrouter.alerts.deliver import deliver_next
from callrouter.database import RetryableError
from callrouter.events.heartbeat import BEAT
from callrouter.invoices.send import send_next
from callrouter.messages import delete
from callrouter.messages.fetch import fetch_next
from callrouter.promises.return_calls.dialer import ring_next
from callrouter.promises.return_calls.lookup import look_up_unclear
from callrouter.reconciliation.days import days_to_compare
from callrouter.reconciliation.reconcile import reconcile as compare
from callrouter.telephony import TooManyRequests, Unclear
from workers.app import app, settings
from workers.carrier import carrier, dialer, reconciliation_context
from workers.dependencies import dependencies
from workers.process_monitor import mark_external_seen

CALLS_PER_RUN = 4
"""return calls in one run, so that other tasks get their turn"""
INVOICES_PER_RUN = 3
"""in one run; a long one takes seconds to print"""
SECONDS_BETWEEN_CALLS = 1.0
FETCH_STEPS_PER_RUN = 20
"""requests to the carrier in one run, so that other tasks get their turn"""
PURGE_BATCHES_PER_RUN = 20
"""transactions in one run, so that other tasks get their turn"""
RETRY_CARRIER: dict[str, Any] = {
    "autoretry_for": (TooManyRequests, Unclear, RetryableError, OperationalError),
    "retry_backoff": 5,
    "retry_backoff_max": 60,
    "max_retries": 4,
}
"""What was read so far is kept. If the carrier refuses us (a wrong token), the task fails at once."""


@app.task
def deliver_alerts() -> None:
    """Deliver the due alerts, until one fails."""
    deps = dependencies()
    while deliver_next(deps.database, deps.channels, deps.now):
        pass


@app.task
def send_invoices() -> None:
    """Send the due invoices, until one fails."""
    deps = dependencies()
    for _ in range(INVOICES_PER_RUN):
        if deps.mail_sender is None or not send_next(deps.database, deps.mail_sender, deps.now):
            break


@app.task
def fetch_messages() -> None:
    """Fetch callers' messages from the carrier."""
    deps = dependencies()
    for _ in range(FETCH_STEPS_PER_RUN):
        if not fetch_next(deps.database, carrier(), deps.vault, deps.now()):
            break


@app.task
def delete_old_messages() -> None:
    """Delete the messages whose retention period is over."""
    deps, now = dependencies(), dependencies().now()
    until = now - timedelta(days=settings.message_retention_days)
    deps.database.transact(lambda session: delete.delete_old_messages(session, until, now))


@app.task
def purge() -> None:
    """Purge callers' numbers whose retention period is over, once a day. Large purges take several runs."""
    deps = dependencies()
    deps.purger.purge_of_today(deps.now(), PURGE_BATCHES_PER_RUN)


@app.task(bind=True, **RETRY_CARRIER)
def reconcile_days(task: Task) -> None:
    """Compare the oldest due day with the carrier's CDRs. It may take minutes, so each run compares one day."""
    deps = dependencies()
    today = deps.now().date()
    days = deps.database.transact(lambda session: days_to_compare(session, today))
    if days:
        # After a failure, try another day.
        compare(reconciliation_context(), days[task.request.retries % len(days)])


@app.task
def return_calls() -> None:
    """Ring the owners of due promises, as fast as the carrier allows; then look up unclear return calls."""
    heartbeat(BEAT)
    for _ in range(CALLS_PER_RUN):
        if not ring_next(dialer()):
            break
        time.sleep(SECONDS_BETWEEN_CALLS)
    look_up_unclear(dialer())


@app.task
def heartbeat(sender: str = "") -> None:
    """Prove that a message of beat, or of another sender, passes the broker, the worker and the database."""
    deps = dependencies()
    deps.database.transact(lambda session: mark_external_seen(session, deps.now(), sender))
