"""Wakes a worker: whoever stores a fact requests a wakeup, and a sleeping worker gets one message.

A worker that is awake sets a flag in Redis (`AWAKE`) and looks for more work by itself, so under load no messages
are sent. The flag expires in case the worker dies. A wakeup is best effort: a thread sends it, so a slow broker
delays no call, and the outbox sweeper repeats it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger("workers.wakeup")

AWAKE = "callrouter:awake"
AWAKE_MILLISECONDS = 3_000
SECONDS_BETWEEN_MESSAGES = 0.2
SETTLE = "workers.tasks.settle_facts"
HEARTBEAT = "workers.tasks.heartbeat"
EXTERNAL_HEARTBEAT = "workers.external.heartbeat"
MESSAGE_SECONDS = 30


def awake_flag(redis_url: str) -> Redis:
    """The connection to Redis, which holds the flag. It never waits long."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)


def wake_a_worker(app: Celery, flag: Redis) -> bool:
    """Send one message that says there is work. False if a worker is awake already."""
    if not flag.set(AWAKE, 1, nx=True, px=AWAKE_MILLISECONDS):
        return False
    app.send_task(SETTLE, expires=MESSAGE_SECONDS, retry=False)
    return True


class CoalescedSender:
    """A thread that sends one message for any number of requests, a few times a second at most."""

    def __init__(self, send: Callable[[], object], pause: float = SECONDS_BETWEEN_MESSAGES) -> None:
        self._send = send
        self._pause = pause
        self._requested = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeup", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Send the message soon. Returns at once."""
        self._requested.set()

    def stop(self) -> None:
        """Stop sending."""
        self._stopped.set()
        self._requested.set()
        self._thread.join()

    def _run(self) -> None:
        while self._requested.wait() and not self._stopped.is_set():
            self._requested.clear()
            try:
                self._send()
            except (RedisError, OperationalError, OSError) as error:
                log.warning("the broker takes no message; it is tried again", error=type(error).__name__)
            self._stopped.wait(self._pause)
