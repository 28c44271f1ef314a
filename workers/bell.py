"""The bell: whoever has stored something rings, and a worker that sleeps is woken by one message.

A worker that has been rung says so in Redis (`AWAKE`) and looks for more work by itself for a while, so under load
no more messages are sent at all. The flag expires by itself, in case the worker dies. Ringing is best effort: it is
done by a thread of its own, and a bell that does not work costs the call nothing; the relay rings again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger("workers.bell")

AWAKE = "callrouter:awake"
AWAKE_MILLISECONDS = 3_000
SECONDS_BETWEEN_RINGS = 0.2
SETTLE = "workers.tasks.settle_facts"
HEARTBEAT = "workers.tasks.heartbeat"
ERRANDS_HEARTBEAT = "workers.errands.heartbeat"
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


class Bell:
    """Rung as often as one likes; wakes a worker at most a few times a second."""

    def __init__(self, wake: Callable[[], object], pause: float = SECONDS_BETWEEN_RINGS) -> None:
        self._wake = wake
        self._pause = pause
        self._rung = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._answer, name="bell", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """There is work. Returns at once."""
        self._rung.set()

    def stop(self) -> None:
        """Rings no more."""
        self._stopped.set()
        self._rung.set()
        self._thread.join()

    def _answer(self) -> None:
        while self._rung.wait() and not self._stopped.is_set():
            self._rung.clear()
            try:
                self._wake()
            except (RedisError, OperationalError, OSError) as error:
                log.warning("the broker takes no message; it is tried again", error=type(error).__name__)
            self._stopped.wait(self._pause)
