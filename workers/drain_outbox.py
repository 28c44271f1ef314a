"""Drains the outbox: settles everything that waits, then stays awake for a while."""

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
"""then other tasks get their turn"""


def drain_outbox(flag: Redis, settle: Callable[[], int]) -> None:
    """Settle until nothing has come for a second, or until the time limit; then look once more.

    The awake flag is removed before the last look, so whoever stores a fact after that look wakes a worker. If more
    than one batch is left then, the outbox sweeper handles it. If Redis fails, the work goes on: without the flag
    there are only more messages than necessary.
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
