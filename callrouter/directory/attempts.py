"""How long an attempt to reach a center may take, and how many of them fit into a caller's wait. *Pure.*

A caller's wait begins with the call and ends with its last attempt: the greeting, and for each attempt the sentence
that names the center, the ringing, and the screening.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from callrouter.directory.directory import Center, Directory, Helpline

NO_ANSWER_EXTRA_SECONDS = 5
"""The carrier rings that much longer than it is asked to."""
SCREENING_SECONDS = 10
"""From the center's picking up to the end of its time to press 1."""
BUSY_SECONDS = 3


@dataclass(frozen=True, slots=True)
class SpokenSeconds:
    """How long callers listen, in whole seconds. The words belong to `disclosure`, which lies above this folder."""

    greeting: Callable[[Helpline], int]
    """of a caller who presses no key"""
    longest_greeting: Callable[[Helpline], int]
    """of a caller who hears it in both languages"""
    announcement: Callable[[Center, str], int]
    """(center, language) -> of the sentence before it is rung"""


def unanswered_attempt(center: Center) -> int:
    """Seconds that an attempt takes which nobody answers."""
    return center.ring_seconds + NO_ANSWER_EXTRA_SECONDS


def longest_attempt(center: Center) -> int:
    """Seconds that an attempt takes at the most: answered at the last moment, then screened."""
    return unanswered_attempt(center) + (SCREENING_SECONDS if center.screens else 0)


def attempts_that_fit(directory: Directory, helpline: Helpline, spoken: SpokenSeconds) -> int:
    """How many centers a caller is connected to for certain, one after another, when none of them answers.

    Whatever the order, and for a caller who presses no key: an attempt is only begun when its longest would still
    end within `max_wait_seconds`. 0: the greeting and the first attempt are longer; the first is made all the same.
    """
    attempts = [_Attempt.of(directory.centers[seat.center], helpline, spoken) for seat in helpline.seats]
    patience = helpline.max_wait_seconds - spoken.greeting(helpline)
    counts = range(1, len(attempts) + 1)
    return max(takewhile(lambda count: _longest_chain(attempts, count) <= patience, counts), default=0)


def longest_wait(directory: Directory, helpline: Helpline, spoken: SpokenSeconds) -> int:
    """Seconds from a call's arrival to the end of its last attempt, at the most, whatever keys are pressed.

    More than `max_wait_seconds` only where the greeting, in both languages, and the first attempt already are.
    """
    attempts = [_Attempt.of(directory.centers[seat.center], helpline, spoken) for seat in helpline.seats]
    first = max((attempt.longest for attempt in attempts), default=0)
    return max(helpline.max_wait_seconds, spoken.longest_greeting(helpline) + first)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Seconds of an attempt, with the sentence that names its center."""

    unanswered: int
    longest: int

    @classmethod
    def of(cls, center: Center, helpline: Helpline, spoken: SpokenSeconds) -> _Attempt:
        said = max(spoken.announcement(center, language) for language in helpline.languages)
        return cls(said + unanswered_attempt(center), said + longest_attempt(center))


def _longest_chain(attempts: Sequence[_Attempt], count: int) -> int:
    """Seconds that `count` attempts may need: all but the last unanswered, the last as long as it may be.

    For each center as the last one, the others are the slowest to give up; where it is one of those itself,
    the next in line takes its place.
    """
    slowest = sorted((attempt.unanswered for attempt in attempts), reverse=True)[:count]
    all_unanswered, least = sum(slowest), slowest[-1]
    return max(all_unanswered - max(last.unanswered, least) + last.longest for last in attempts)
