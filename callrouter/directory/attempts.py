"""How long an attempt to reach a center may take, and how many attempts fit into a caller's wait. *Pure.*

The wait begins with the call and ends with its last attempt: the greeting, and for each attempt the sentence that
names the center, the ringing, and the screening.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from callrouter.directory.directory import Center, Directory, Helpline

NO_ANSWER_EXTRA_SECONDS = 5
"""the carrier rings this much longer than it is asked to"""
SCREENING_SECONDS = 10
"""from the center's answer until its time to press 1 is over"""
BUSY_SECONDS = 3
MENU_SECONDS = 4
"""how long a menu waits for a key after its words"""
WHISPER_KEY_SECONDS = 5
"""how long a center has for its key after the whisper"""


@dataclass(frozen=True, slots=True)
class SpokenSeconds:
    """How long callers listen, in whole seconds. The words are in `wordings`, which lies above this folder."""

    greeting: Callable[[Helpline], int]
    """of a caller who presses no key"""
    longest_greeting: Callable[[Helpline], int]
    """of a caller who hears it in both languages"""
    announcement: Callable[[Center, str], int]
    """(center, language) -> seconds of the sentence before the center is rung"""


def unanswered_attempt(center: Center) -> int:
    """The seconds of an attempt that nobody answers."""
    return center.ring_seconds + NO_ANSWER_EXTRA_SECONDS


def longest_attempt(center: Center) -> int:
    """The most seconds of an attempt: answered at the last moment, then screened."""
    return unanswered_attempt(center) + (SCREENING_SECONDS if center.screens else 0)


def attempts_that_fit(directory: Directory, helpline: Helpline, spoken: SpokenSeconds) -> int:
    """How many centers a caller certainly reaches, one after another, if none of them answers.

    It holds for every order and a caller who presses no key: an attempt begins only if its longest form ends within
    `max_wait_seconds`. 0: the greeting and the first attempt take longer; the first is made all the same.
    """
    attempts = [_Attempt.of(directory.centers[seat.center], helpline, spoken) for seat in helpline.seats]
    patience = helpline.max_wait_seconds - spoken.greeting(helpline)
    counts = range(1, len(attempts) + 1)
    return max(takewhile(lambda count: _longest_chain(attempts, count) <= patience, counts), default=0)


def longest_wait(directory: Directory, helpline: Helpline, spoken: SpokenSeconds) -> int:
    """The most seconds from a call's arrival to the end of its last attempt, whatever keys are pressed.

    It exceeds `max_wait_seconds` only if the greeting in both languages and the first attempt do.
    """
    attempts = [_Attempt.of(directory.centers[seat.center], helpline, spoken) for seat in helpline.seats]
    first = max((attempt.longest for attempt in attempts), default=0)
    return max(helpline.max_wait_seconds, spoken.longest_greeting(helpline) + first)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The seconds of an attempt, with the sentence that names its center."""

    unanswered: int
    longest: int

    @classmethod
    def of(cls, center: Center, helpline: Helpline, spoken: SpokenSeconds) -> _Attempt:
        said = max(spoken.announcement(center, language) for language in helpline.languages)
        return cls(said + unanswered_attempt(center), said + longest_attempt(center))


def _longest_chain(attempts: Sequence[_Attempt], count: int) -> int:
    """The most seconds of `count` attempts: all but the last unanswered, the last one as long as possible.

    Each center is tried as the last one. The others are those that take longest to give up.
    """
    slowest = sorted((attempt.unanswered for attempt in attempts), reverse=True)[:count]
    all_unanswered, least = sum(slowest), slowest[-1]
    return max(all_unanswered - max(last.unanswered, least) + last.longest for last in attempts)
