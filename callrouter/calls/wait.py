"""How much of the helpline's longest wait a caller has used: counted from what is stored, never by a clock, so that
a repeated callback decides the same. *Pure.*
"""

from __future__ import annotations

from collections.abc import Sequence

from callrouter.calls.model import Leg
from callrouter.calls.states import NO_ANSWER, SCREENED_OUT
from callrouter.directory.attempts import BUSY_SECONDS, NO_ANSWER_EXTRA_SECONDS, SCREENING_SECONDS


def used_seconds(leg: Leg) -> int:
    """What this attempt used at the most, in seconds."""
    if leg.outcome == NO_ANSWER:
        return leg.ring_seconds + NO_ANSWER_EXTRA_SECONDS
    if leg.outcome == SCREENED_OUT:
        return leg.ring_seconds + NO_ANSWER_EXTRA_SECONDS + SCREENING_SECONDS
    return BUSY_SECONDS


def seconds_left(legs: Sequence[Leg], spoken_seconds: int, max_wait_seconds: int) -> int | None:
    """What is left of the helpline's longest wait; None before the first attempt, which is always made.

    `spoken_seconds` is what the call has listened to since it came to the helpline.
    """
    return max_wait_seconds - spoken_seconds - sum(map(used_seconds, legs)) if legs else None
