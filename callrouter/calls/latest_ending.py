"""The latest time at which a call in progress must leave its stage, and whether its caller waits too long. *Pure.*

Each stage of a call ends in bounded time: a wait with the helpline's longest wait, the ringing of a listing's center
with its attempt, a talk with the carrier's time limit, and a prompt with the reaper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callrouter.calls.reap import LONGEST_PROMPT, LONGEST_TALK
from callrouter.calls.states import GREETING, RECALLING, RINGING
from callrouter.calls.steps import LONGEST_TALK_SECONDS

_WAITS = frozenset({GREETING, RECALLING, RINGING})
PAST_ITS_ENDING = "past its latest ending"
WAITS_LONG = "waits too long"
"""for longer than half of the helpline's longest wait"""


class Stage(StrEnum):
    """Where a call stands, as far as it matters to somebody who watches."""

    WAITS = "waits"
    """nobody has taken the call yet"""
    TALKS = "talks"
    """with a center"""
    CHOOSES = "chooses"
    """nobody took the call: the caller presses keys or leaves a message"""


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """The open leg of a call. `longest` is from its beginning until it is taken or given up, at the most."""

    began_at: datetime
    longest: timedelta
    connected: bool


@dataclass(frozen=True, slots=True)
class CallStanding:
    """What is known of a call in progress. `longest_wait` is of its helpline; None on a listing's call."""

    status: str
    waits_since: datetime
    last_callback_at: datetime
    attempt: OpenAttempt | None = None
    longest_wait: timedelta | None = None


def stage(call: CallStanding) -> Stage:
    """Where the call stands."""
    if call.status not in _WAITS:
        return Stage.CHOOSES
    return Stage.TALKS if call.attempt and call.attempt.connected else Stage.WAITS


def latest_ending(call: CallStanding) -> datetime:
    """Until when the call's stage lasts at the latest."""
    attempt = call.attempt
    if call.status not in _WAITS:
        return call.last_callback_at + LONGEST_PROMPT
    if attempt and attempt.connected:
        return attempt.began_at + attempt.longest + timedelta(seconds=LONGEST_TALK_SECONDS)
    if call.longest_wait is not None:
        return call.waits_since + call.longest_wait
    if attempt:
        return attempt.began_at + attempt.longest
    return call.last_callback_at + LONGEST_TALK


def risk(call: CallStanding, max_wait: timedelta | None, now: datetime) -> str | None:
    """Why a person should look at this call now; None: all is as it should be."""
    if now > latest_ending(call):
        return PAST_ITS_ENDING
    if max_wait is not None and stage(call) is Stage.WAITS and now - call.waits_since > max_wait / 2:
        return WAITS_LONG
    return None
