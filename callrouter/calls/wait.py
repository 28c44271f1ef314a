"""The part of the helpline's longest wait that a call has used. *Pure.*

It is computed from the stored call, never from a clock, so that a repeated callback gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from callrouter.calls.model import Leg
from callrouter.calls.states import NO_ANSWER, SCREENED_OUT
from callrouter.directory.attempts import BUSY_SECONDS, NO_ANSWER_EXTRA_SECONDS, SCREENING_SECONDS


def used_seconds(leg: Leg) -> int:
    """The most seconds that this attempt can have taken."""
    if leg.outcome == NO_ANSWER:
        return leg.ring_seconds + NO_ANSWER_EXTRA_SECONDS
    if leg.outcome == SCREENED_OUT:
        return leg.ring_seconds + NO_ANSWER_EXTRA_SECONDS + SCREENING_SECONDS
    return BUSY_SECONDS


def seconds_left(legs: Sequence[Leg], spoken_seconds: int, max_wait_seconds: int) -> int | None:
    """What is left of the longest wait. None before the first attempt, which is always made.

    `spoken_seconds` is the length of the speech since the call came to the helpline.
    """
    return max_wait_seconds - spoken_seconds - sum(map(used_seconds, legs)) if legs else None
