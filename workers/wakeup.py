"""Waking a worker: whoever has stored something requests it, and one message is sent to a worker that sleeps.

A worker that is awake says so in Redis (`AWAKE`) and looks for more work by itself for a while, so under load no more
messages are sent at all. The flag expires by itself, in case the worker dies. A wakeup is best effort: a thread of its
own sends it, and a broker that does not answer costs the call nothing; the outbox sweeper sends it again.
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
    """The connection to where the flag is; it never waits long."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)


def wake_a_worker(app: Celery, flag: Redis) -> bool:
    """Send the one message that says there is work, unless a worker is awake. False where one was."""
    if not flag.set(AWAKE, 1, nx=True, px=AWAKE_MILLISECONDS):
        return False
    app.send_task(SETTLE, expires=MESSAGE_SECONDS, retry=False)
    return True


class CoalescedSender:
    """A thread that sends one message for any number of requests, at most a few times a second."""

    def __init__(self, send: Callable[[], object], pause: float = SECONDS_BETWEEN_MESSAGES) -> None:
        self._send = send
        self._pause = pause
        self._requested = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeup", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Have the message sent soon. Returns at once."""
        self._requested.set()

    def stop(self) -> None:
        """Send nothing more."""
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
