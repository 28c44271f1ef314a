"""A shift: a worker that was rung works off what waits, and stays awake a while for what comes next."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

from workers.bell import AWAKE, AWAKE_MILLISECONDS

LOOK_AGAIN_SECONDS = 0.1
IDLE_SECONDS = 1.0
LONGEST_SECONDS = 20.0
"""a shift ends in time for other tasks to have their turn"""


def work_a_shift(flag: Redis, settle: Callable[[], int]) -> None:
    """Settle until nothing has come for a second, or the shift is long enough; then sleep, after a last look.

    The flag is taken down before the last look: what is stored after that look finds it down, and rings. What is
    more than one batch then, the relay rings for. A broker that does not take the flag stops no work: without the flag
    there are more messages than need be.
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
