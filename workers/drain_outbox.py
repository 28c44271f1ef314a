"""Draining the outbox: a worker that was woken settles what waits, and stays awake a while for what comes next."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

from workers.wakeup import AWAKE, AWAKE_MILLISECONDS

LOOK_AGAIN_SECONDS = 0.1
IDLE_SECONDS = 1.0
LONGEST_SECONDS = 20.0
"""It ends in time for other tasks to run."""


def drain_outbox(flag: Redis, settle: Callable[[], int]) -> None:
    """Settle until nothing has come for a second, or it took long enough; then sleep, after a last look.

    The flag is removed before the last look: whoever stores something after that look finds none, and wakes a worker.
    What is more than one batch then, the outbox sweeper takes care of. A broker that does not take the flag stops no
    work: without the flag there are more messages than need be.
    """
    began = last_work = time.monotonic()
    while (now := time.monotonic()) - last_work < IDLE_SECONDS and now - began < LONGEST_SECONDS:
        with suppress(RedisError):
            flag.set(AWAKE, 1, px=AWAKE_MILLISECONDS)
        if settle():
            last_work = time.monotonic()
        else:
            time.sleep(LOOK_AGAIN_SECONDS)
    with suppress(RedisError):
        flag.delete(AWAKE)
    settle()
