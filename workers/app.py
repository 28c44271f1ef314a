"""The Celery application. `celery -A workers.app worker` and `… beat` run it. `celery -A workers.external worker`
runs the worker of the external queue, whose module only that worker imports.

Celery and Redis only wake. A message says that there is work, never which. The work is in the database, so a lost,
repeated or late message does no harm (docs/decisions/0003).
"""

from __future__ import annotations

import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, setup_logging, worker_init

from config.logging import configure
from config.settings import Settings
from config.startup import check_database_or_exit, settings_or_exit
from workers.schedule import SCHEDULE
from workers.wakeup import awake_flag
from workers.watchdog import watch_beat, watched_worker

EXTERNAL = "external"
"""the queue of tasks that wait for external services; it has a worker of its own"""


def celery_app(settings: Settings) -> Celery:
    """Create the application with its queues, its retries and its schedule."""
    app = Celery("callrouter", broker=settings.broker_url, include=["workers.tasks"])
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_routes={"workers.external.*": {"queue": EXTERNAL}},
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 120,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
            # Publishers give up soon. Without these, kombu retries for ever.
            "max_retries": 2,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.5,
        },
        timezone="UTC",
        # The schedule is in memory: with a file, a full disk would end beat.
        beat_scheduler="celery.beat:Scheduler",
        beat_schedule=SCHEDULE,
    )
    return app


# All messages are JSON, so Celery's warning about pickle for a worker run by root does not apply.
warnings.filterwarnings("ignore", category=SecurityWarning)
settings = settings_or_exit()
app = celery_app(settings)
app.steps["worker"].add(watched_worker(awake_flag(settings.redis_url)))


@beat_init.connect
def watch_over_beat(**_: Any) -> None:
    """End beat if its connection hangs, so that it is restarted."""
    watch_beat(awake_flag(settings.redis_url))


@setup_logging.connect
def use_our_logging(**_: Any) -> None:
    """Use our logging in place of Celery's: ours never writes a telephone number."""
    configure(settings.log_level)


@worker_init.connect
def check_database(**_: Any) -> None:
    """Refuse to start a worker with the wrong vault key or the wrong schema."""
    check_database_or_exit(settings)
