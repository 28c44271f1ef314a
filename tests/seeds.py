"""The seeds of random histories: a few that stay the same, and in `make soak` many that nobody has tried."""

import os
from random import Random

MANY_TIMES_AS_MANY = 20


def seeds(few: int) -> list[int]:
    """So many; in a soak others for each `SOAK_SEED`, the same in all its processes."""
    soak = os.environ.get("SOAK_SEED")
    if soak is None:
        return list(range(few))
    chance = Random(soak)
    return [chance.randrange(10**9) for _ in range(MANY_TIMES_AS_MANY * few)]
