"""How long an attempt to reach a center may take, and how many of them fit into a caller's wait. *Pure.*"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from callrouter.directory.directory import Center, Directory, Helpline

NO_ANSWER_EXTRA_SECONDS = 5
"""The carrier rings that much longer than it is asked to."""
SCREENING_SECONDS = 10
"""From the center's picking up to the end of its time to press 1."""
BUSY_SECONDS = 3


def unanswered_attempt(center: Center) -> int:
    """Seconds that an attempt takes which nobody answers."""
    return center.ring_seconds + NO_ANSWER_EXTRA_SECONDS


def longest_attempt(center: Center) -> int:
    """Seconds that an attempt takes at the most: answered at the last moment, then screened."""
    return unanswered_attempt(center) + (SCREENING_SECONDS if center.screens else 0)


def attempts_that_fit(directory: Directory, helpline: Helpline) -> int:
    """How many centers a caller is connected to for certain, one after another, when none of them answers.

    Whatever the order: an attempt is only begun when its longest would still end within `max_wait_seconds`.
    """
    centers = [directory.centers[seat.center] for seat in helpline.seats]
    counts = range(1, len(centers) + 1)
    fitting = takewhile(lambda count: _longest_chain(centers, count) <= helpline.max_wait_seconds, counts)
    return max(fitting, default=0)


def _longest_chain(centers: Sequence[Center], count: int) -> int:
    """Seconds that `count` attempts may need: all but the last unanswered, the last as long as it may be.

    For each center as the last one, the others are the slowest to give up; where it is one of those itself,
    the next in line takes its place.
    """
    slowest = sorted(map(unanswered_attempt, centers), reverse=True)[:count]
    all_unanswered, least = sum(slowest), slowest[-1]
    return max(
        all_unanswered - max(unanswered_attempt(last), least) + longest_attempt(last) for last in centers
    )
