"""Decides who is rung next on a helpline call, under the lock of the helpline's rotation.

A decision is stored with everything it was based on, so that it can be recomputed (`replay.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from callrouter.billing.spend_cap import beyond_spend_cap, lock_spend_caps
from callrouter.database import Session
from callrouter.directory.attempts import longest_attempt
from callrouter.directory.directory import Center, Directory, Helpline
from callrouter.routing.eligibility import (
    ALREADY_TRIED,
    LINES_BUSY,
    NO_TIME_LEFT,
    OTHER_LANGUAGE,
    OUTSIDE_HOURS,
    Lineup,
)
from callrouter.routing.lines import LineToRelease, take_line, unavailable_reasons
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.model import DecisionRow
from callrouter.routing.rotation import Pool, Proposal, carry_out, propose
from callrouter.routing.rotation_state import (
    Rotation,
    cap_reached,
    count,
    day_of,
    roll_over_caps,
    save,
)

_STORE = sa.insert(DecisionRow)


@dataclass(frozen=True, slots=True)
class RoutingRequest:
    """A request for a center, with the few facts about the call that routing may know."""

    call: str
    attempt: int
    state: str
    language: str
    tried: frozenset[str] = frozenset()
    seconds_left: int | None = None
    """of the longest wait; None before the first attempt, when every seat is known to fit"""
    announcement_seconds: Callable[[Center], int] = lambda _: 0
    """of the sentence that names a center before it is rung"""
    for_promise: bool = False
    """the owner of a return call is sought; nobody is rung"""
    arrived_at: datetime | None = None
    """of the call, for the month of spend caps; None: now"""
    simulated: bool = False
    closed: frozenset[str] = frozenset()
    """centers to skip because they are closed, when hours are otherwise ignored"""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What a decision is based on, at its moment."""

    directory: Directory
    helpline: Helpline
    rotation: Rotation
    possibly_unavailable: Iterable[Any]
    """rows of center, calls_in_progress, paused_until and pause_reason"""
    now: datetime


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """The center to ring (None: nobody is eligible), and what the decision was based on."""

    center: Center | None
    lineup: Lineup
    language: str
    passed_over: Mapping[str, str]

    @property
    def skipped(self) -> dict[str, str]:
        """center: reason, for each seat that could not be picked"""
        return why_skipped(self.lineup, self.language, self.passed_over)


def decide(
    session: Session,
    memory: RoutingMemory,
    context: DecisionContext,
    request: RoutingRequest,
    line_to_release: LineToRelease | None = None,
) -> RoutingDecision:
    """Decide who is rung, store the decision, and take a line of the center.

    `line_to_release` is the line of the previous leg, which the call may still hold.
    """
    take = line_to_release.take if line_to_release else partial(take_line, session)
    return _decide(session, memory, context, request, take)


def decide_who_owes(
    session: Session, memory: RoutingMemory, context: DecisionContext, request: RoutingRequest
) -> RoutingDecision:
    """Decide who owes a return call, and store the decision. A closed center may owe one."""
    return _decide(session, memory, context, replace(request, for_promise=True), lambda _: True)


def _decide(
    session: Session,
    memory: RoutingMemory,
    context: DecisionContext,
    request: RoutingRequest,
    has_line: Callable[[Center], bool],
) -> RoutingDecision:
    at, rotation = context, context.rotation
    position_of = memory.seated(session, at.helpline)
    roll_over_caps(session, rotation, at.helpline, position_of, day_of(at.helpline, at.now))
    lineup = memory.lineup(at.directory, at.helpline, request.state, at.now, for_promise=request.for_promise)
    passed_over = _passed_over(
        context, request, lineup, position_of, _above_spend_cap(session, at, request, lineup)
    )

    def pool_of_the_others() -> Pool:
        return memory.pool(at.helpline.key, lineup, request.language, set(passed_over), position_of)

    pool, proposal = _propose(context, pool_of_the_others, passed_over, has_line)
    center = _take(context, pool, proposal)
    if center and not request.for_promise:
        count(rotation, position_of[center.key])
    memory.store(session, lineup)
    save(session, rotation)
    _store(session, context, request, lineup, passed_over, center)
    return RoutingDecision(center, lineup, request.language, passed_over)


def _take(context: DecisionContext, pool: Pool, proposal: Proposal | None) -> Center | None:
    """Apply the decision to the credits. If nobody is eligible, only the decision number changes."""
    if proposal is None:
        context.rotation.credits.number += 1
        return None
    carry_out(context.rotation.credits, pool, proposal)
    return context.directory.centers[pool.candidates[proposal.index].center]


def _propose(
    context: DecisionContext,
    pool_of_the_others: Callable[[], Pool],
    passed_over: dict[str, str],
    has_line: Callable[[Center], bool],
) -> tuple[Pool, Proposal | None]:
    """The pool and the proposal. A center whose last line has just been taken is skipped."""
    while True:
        pool = pool_of_the_others()
        if not pool.candidates:
            return pool, None
        proposal = propose(context.rotation.credits, pool)
        proposed = pool.candidates[proposal.index].center
        if has_line(context.directory.centers[proposed]):
            return pool, proposal
        passed_over[proposed] = LINES_BUSY


def _above_spend_cap(
    session: Session, at: DecisionContext, request: RoutingRequest, lineup: Lineup
) -> dict[str, str]:
    """The centers above their partner's spend cap. Owing a return call reserves nothing yet."""
    if not at.directory.spend_capped:
        return {}
    centers = [candidate.center for candidate in lineup.candidates]
    if not request.for_promise:
        lock_spend_caps(session, at.directory, centers)
    arrived_at = request.arrived_at or at.now
    return beyond_spend_cap(session, at.directory, centers, arrived_at, simulated=request.simulated)


def _passed_over(
    context: DecisionContext,
    request: RoutingRequest,
    lineup: Lineup,
    position_of: Mapping[str, int],
    beyond: Mapping[str, str],
) -> dict[str, str]:
    """Why candidates of the lineup cannot have this call: the fast facts."""
    reasons = {**beyond, **_cap_reasons(context, position_of)}
    if not request.for_promise:
        reasons |= unavailable_reasons(context.possibly_unavailable, context.directory.centers, context.now)
        reasons |= _time_reasons(context, lineup, request)
    reasons |= dict.fromkeys(request.closed, OUTSIDE_HOURS)
    reasons |= dict.fromkeys(request.tried, ALREADY_TRIED)
    return {c.center: reasons[c.center] for c in lineup.candidates if c.center in reasons} if reasons else {}


def _cap_reasons(context: DecisionContext, position_of: Mapping[str, int]) -> dict[str, str]:
    reached = {
        seat.center: cap_reached(context.rotation, seat, position_of[seat.center])
        for seat in context.helpline.capped_seats
    }
    return {center: reason for center, reason in reached.items() if reason}


def _time_reasons(context: DecisionContext, lineup: Lineup, request: RoutingRequest) -> dict[str, str]:
    """The centers whose attempt might not end within the longest wait."""
    left = request.seconds_left
    if left is None:
        return {}
    centers = (context.directory.centers[candidate.center] for candidate in lineup.candidates)
    return {
        center.key: NO_TIME_LEFT
        for center in centers
        if request.announcement_seconds(center) + longest_attempt(center) > left
    }


def why_skipped(lineup: Lineup, language: str, passed_over: Mapping[str, str]) -> dict[str, str]:
    """center: reason, for each seat that a decision could not pick. *Pure.*"""
    others = dict.fromkeys(lineup.not_speaking(language, passed_over), OTHER_LANGUAGE)
    return {**lineup.skipped, **passed_over, **others}


def _store(
    session: Session,
    context: DecisionContext,
    request: RoutingRequest,
    lineup: Lineup,
    passed_over: Mapping[str, str],
    center: Center | None,
) -> None:
    values = {
        "helpline": context.helpline.key,
        "number": context.rotation.credits.number,
        "call": request.call,
        "attempt": request.attempt,
        "for_promise": request.for_promise,
        "decided_at": context.now,
        "day": context.rotation.day or day_of(context.helpline, context.now),
        "directory_version": context.directory.version,
        "lineup": lineup.digest,
        "state": request.state if context.helpline.has_states else "",
        "language": request.language,
        "passed_over": json.dumps(list(passed_over.items())),
        "center": center.key if center else None,
        # A promise counts for no cap: nobody has talked.
        "given_back": request.for_promise,
        "undone_after": None,
    }
    session.execute(_STORE, values)
