"""The periodic schedule: what beat sends, and how often. All times are UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from celery.schedules import crontab

from callrouter.events.heartbeat import BEAT

HEARTBEAT_SECONDS = 5.0
REAP_SECONDS = 15.0
PROMISES_SECONDS = 30.0
RETURNS_SECONDS = 2.0
RECONCILE_HOURS = "9-23"
"""UTC; by then the day has ended everywhere in the United States, and the carrier knows its prices"""
RECONCILE_MINUTES = 5
"""a run compares one day; most runs find none"""
ALERTS_SECONDS = 5.0
INVOICES_SECONDS = 15.0
MESSAGES_SECONDS = 5.0
OLD_MESSAGES_SECONDS = 3600.0
PURGE_SECONDS = 60.0
"""a purge is due once a day; a large one takes several runs, and one after downtime begins at once"""
WATCH_PURGE_SECONDS = 3600.0
DATA_KEYS_SECONDS = 3600.0
"""keys are made for days ahead"""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _every(seconds: float, task: str) -> dict[str, Any]:
    """A task of beat. A run that has not begun when the next is due is skipped.

    Beat forgets everything at a restart, so every task is due when it starts. Otherwise a beat that dies every
    minute would never send an hourly task.
    """
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}, "last_run_at": LONG_AGO}


SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": _every(HEARTBEAT_SECONDS, "workers.tasks.heartbeat") | {"args": [BEAT]},
    "reap": _every(REAP_SECONDS, "workers.tasks.reap_calls"),
    "promises": _every(PROMISES_SECONDS, "workers.tasks.move_promises_on"),
    "data keys": _every(DATA_KEYS_SECONDS, "workers.tasks.make_data_keys"),
    "returns": _every(RETURNS_SECONDS, "workers.external.return_calls"),
    "reconcile": {
        "task": "workers.external.reconcile_days",
        "schedule": crontab(hour=RECONCILE_HOURS, minute=f"*/{RECONCILE_MINUTES}"),
        "options": {"expires": RECONCILE_MINUTES * 60},
    },
    "alerts": _every(ALERTS_SECONDS, "workers.external.deliver_alerts"),
    "invoices": _every(INVOICES_SECONDS, "workers.external.send_invoices"),
    "messages": _every(MESSAGES_SECONDS, "workers.external.fetch_messages"),
    "old messages": _every(OLD_MESSAGES_SECONDS, "workers.external.delete_old_messages"),
    "purge": _every(PURGE_SECONDS, "workers.external.purge"),
    "watch purge": _every(WATCH_PURGE_SECONDS, "workers.tasks.watch_purge"),
}
