"""The errands: tasks that ask somebody outside (the carrier, a mail server, a webhook), and may have to wait for them.

They have a worker of their own, so that what waits outside delays no call's record or charge.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from celery import Task
from psycopg import OperationalError

from callrouter.alerts.deliver import deliver_next
from callrouter.carrier.days import days_to_compare
from callrouter.carrier.reconcile import reconcile as compare
from callrouter.database import RetryableError
from callrouter.events.heartbeat import BEAT
from callrouter.invoices.send import send_next
from callrouter.messages import delete
from callrouter.messages.fetch import take_step
from callrouter.promises.returning import look_up_the_unclear, ring_the_next
from callrouter.telephony import TooManyRequests, Unclear
from workers.app import app, settings
from workers.carrier import auditor, carrier, office
from workers.liveness import errands_are_seen
from workers.workshop import workshop

CALLS = 4
"""return calls in one turn, so that other errands have theirs"""
INVOICES = 3
"""in one turn: printing a long one takes seconds"""
CARRIERS_PACE_SECONDS = 1.0
STEPS = 20
"""at the carrier in one turn, so that other errands have theirs"""
ASKED_AGAIN: dict[str, Any] = {
    "autoretry_for": (TooManyRequests, Unclear, RetryableError, OperationalError),
    "retry_backoff": 5,
    "retry_backoff_max": 60,
    "max_retries": 4,
}
"""What was read by then stays; a carrier that refuses us (a wrong token) would refuse again, and is told at once."""


@app.task
def deliver_alerts() -> None:
    """Deliver the alerts that are due, one after another, until one does not arrive."""
    shop = workshop()
    while deliver_next(shop.database, shop.channels, shop.now):
        pass


@app.task
def send_invoices() -> None:
    """Send the invoices that are due, one after another, until one is not taken."""
    shop = workshop()
    for _ in range(INVOICES):
        if shop.post is None or not send_next(shop.database, shop.post, shop.now):
            break


@app.task
def fetch_messages() -> None:
    """Fetch what callers left from the carrier, one step after another."""
    shop = workshop()
    for _ in range(STEPS):
        if not take_step(shop.database, carrier(), shop.vault, shop.now()):
            break


@app.task
def delete_old_messages() -> None:
    """Delete the messages whose days are over."""
    shop, now = workshop(), workshop().now()
    until = now - timedelta(days=settings.message_retention_days)
    shop.database.transact(lambda session: delete.delete_old_messages(session, until, now))


@app.task(bind=True, **ASKED_AGAIN)
def reconcile_days(task: Task) -> None:
    """Compare the oldest day that is due with the carrier's books; it may take minutes, so others come in between."""
    shop = workshop()
    today = shop.now().date()
    days = shop.database.transact(lambda session: days_to_compare(session, today))
    if days:
        # Where it failed, another day may do better.
        compare(auditor(), days[task.request.retries % len(days)])


@app.task
def return_calls() -> None:
    """Ring the owners of the promises that are due, as fast as the carrier takes calls; look up what is unclear."""
    heartbeat(BEAT)
    for _ in range(CALLS):
        if not ring_the_next(office()):
            break
        time.sleep(CARRIERS_PACE_SECONDS)
    look_up_the_unclear(office())


@app.task
def heartbeat(sender: str = "") -> None:
    """Prove that a message of beat, or of another sender, comes through broker, worker and database."""
    shop = workshop()
    shop.database.transact(lambda session: errands_are_seen(session, shop.now(), sender))
