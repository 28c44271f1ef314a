"""The deadline of a promise, its retries, and when it is given up. *Pure.*"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.directory.directory import Center
from callrouter.directory.opening_hours.opening import opening
from callrouter.promises.calling_hours import CallingHours

DUE_WITHIN = timedelta(hours=2)
"""counted from the first moment the caller may be called"""
FURTHEST_OPENINGS = 20
"""how many changes of the owner's hours are searched: about a week"""
EXPIRES_AFTER = timedelta(hours=72)
MOST_ATTEMPTS = 3
"""how often the caller's phone rings for one promise"""
MOST_RINGS = 3
"""how many unanswered calls to an owner make a missed promise"""

LATER = timedelta(minutes=15)
"""what a center that presses 2 is told"""
SOON = timedelta(minutes=1)
AFTER_RING = timedelta(minutes=10)
AFTER_ATTEMPT = timedelta(minutes=30)

KEPT = "kept"
DECLINED = "declined"
UNREACHABLE = "unreachable"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"

OWNER_MISSED = frozenset({"no-answer", "busy", "failed", "screened-out"})
CALLER_MISSED = frozenset({"caller-no-answer", "caller-busy", "caller-failed", "caller-silent"})
ENDS = {
    "kept": (KEPT, "the caller and the center were connected"),
    "declined": (DECLINED, "the caller pressed 2: no longer wanted"),
    "stopped": (WITHDRAWN, "the caller asked not to be called again"),
}


def first_opportunity(owner: Center | None, area_code: str, hours: CallingHours, at: datetime) -> datetime:
    """Return the first moment from `at` on when the owner is open and the caller may be called."""
    moment = hours.next_allowed(area_code, at)
    if owner is None:
        return moment
    for _ in range(FURTHEST_OPENINGS):
        opened = opening(owner, moment)
        if opened.is_open:
            break
        moment = hours.next_allowed(area_code, opened.until)
    return moment


def due_time(owner: Center | None, area_code: str, hours: CallingHours, at: datetime) -> datetime:
    """Return the deadline for an owner: two hours after the first opportunity, all of them within calling hours."""
    until = first_opportunity(owner, area_code, hours, at) + DUE_WITHIN
    by_day = hours.next_allowed(area_code, until)
    return until if by_day == until else by_day + DUE_WITHIN


@dataclass(frozen=True, slots=True)
class Retry:
    """Call the same owner again after a pause."""

    pause: timedelta


@dataclass(frozen=True, slots=True)
class Reassign:
    """Give the promise to another owner."""

    missed: bool
    """False if the owner pressed the key for another center"""


@dataclass(frozen=True, slots=True)
class End:
    """End the promise."""

    state: str
    reason: str


FollowUp = Retry | Reassign | End


def decide_follow_up(outcome: str, *, rings: int, attempts: int, of_helpline: bool) -> FollowUp:
    """Decide what follows from a return call. `rings` and `attempts` include this return call."""
    if outcome in ENDS:
        return End(*ENDS[outcome])
    if outcome == "handed-on" and of_helpline:
        return Reassign(missed=False)
    if outcome in CALLER_MISSED:
        return _after_attempt(attempts)
    if outcome in OWNER_MISSED and rings >= MOST_RINGS:
        return Reassign(missed=True) if of_helpline else Retry(AFTER_ATTEMPT)
    return Retry({"later": LATER, "not-placed": SOON}.get(outcome, AFTER_RING))


def _after_attempt(attempts: int) -> FollowUp:
    if attempts >= MOST_ATTEMPTS:
        return End(UNREACHABLE, f"the caller was rung {attempts} times")
    return Retry(AFTER_ATTEMPT)
