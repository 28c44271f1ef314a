"""The outcome of a leg, from the `<Dial>` action callback or from the leg's own callbacks. *Pure.*

`completed` alone proves nothing: a leg is also completed by a voicemail, or by somebody who presses no key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from callrouter.calls.model import Leg
from callrouter.calls.states import ACCEPTED, BUSY, FAILED, LEFT, NO_ANSWER, SCREENED_OUT
from callrouter.calls.turn import Callback
from callrouter.directory.attempts import SCREENING_SECONDS

_TAKEN = frozenset({"completed", "answered", "in-progress"})
_NOT_TAKEN = {"busy": BUSY, "failed": FAILED, "no-answer": NO_ANSWER, "canceled": NO_ANSWER}
LONGER_THAN_RINGING = timedelta(seconds=60)
"""the most that the announcement, the carrier's 5 seconds and a request timeout take together"""


def outcome_of(leg: Leg, callback: Callback) -> str:
    """The outcome of a leg by its `<Dial>` action callback."""
    status = callback.get("DialCallStatus")
    if status not in _TAKEN:
        return _not_taken(status, caller_was_there=callback.caller_was_there)
    taken = accepted(leg, callback.get("DialBridged"), reported_seconds(leg, callback))
    return _picked_up(taken=taken, caller_was_there=callback.caller_was_there)


def is_inconclusive(leg: Leg, callback: Callback) -> bool:
    """Whether a conversation can neither be proved nor excluded: no `DialBridged`, no seconds, no end."""
    reported = callback.get("DialBridged") or callback.get("DialCallDuration") or leg.progress == "completed"
    return callback.get("DialCallStatus") in _TAKEN and not leg.screens and not reported


def outcome_by_status(leg: Leg, *, caller_was_there: bool) -> str | None:
    """The outcome of a leg by its own callbacks. None if they do not say yet."""
    if leg.progress == "completed":
        taken = accepted(leg, "", leg.carrier_seconds or 0)
        return _picked_up(taken=taken, caller_was_there=caller_was_there)
    if leg.progress in _NOT_TAKEN:
        return _not_taken(leg.progress, caller_was_there=caller_was_there)
    if leg.progress == "in-progress" and not may_have_talked(leg):
        return _picked_up(taken=False, caller_was_there=caller_was_there)
    return None


def accepted(leg: Leg, bridged: str, seconds: int) -> bool:
    """Whether a leg connected the caller: bridged, and after key 1 if the center screens.

    If the carrier does not say whether it was bridged, key 1 counts. Without screening, any time on the line counts.
    """
    if leg.screens:
        return bridged != "false" and leg.taken_at is not None
    return bridged == "true" or (bridged == "" and seconds > 0)


def may_have_talked(leg: Leg) -> bool:
    """Whether a leg without a reported end may have connected the caller."""
    return leg.taken_at is not None or (not leg.screens and leg.progress in _TAKEN)


def lasted_longer_than_ringing(leg: Leg, now: datetime) -> bool:
    """Whether a silent leg has lasted so long that people must have talked."""
    return not leg.screens and now - leg.began_at > timedelta(seconds=leg.ring_seconds) + LONGER_THAN_RINGING


def reported_seconds(leg: Leg, callback: Callback) -> int:
    """The seconds since the leg was answered, from the action callback or else from the leg's end."""
    return callback.seconds("DialCallDuration") or leg.carrier_seconds or 0


def screening_seconds(leg: Leg) -> int:
    """How long the center was asked for key 1. Bounded, so that a wrong clock changes no amount."""
    if leg.whispered_at is None or leg.taken_at is None:
        return 0
    return min(max(round((leg.taken_at - leg.whispered_at).total_seconds()), 0), SCREENING_SECONDS)


def _picked_up(*, taken: bool, caller_was_there: bool) -> str:
    if taken:
        return ACCEPTED
    return SCREENED_OUT if caller_was_there else LEFT


def _not_taken(status: str, *, caller_was_there: bool) -> str:
    outcome = _NOT_TAKEN.get(status, FAILED)
    return LEFT if outcome == NO_ANSWER and not caller_was_there else outcome
