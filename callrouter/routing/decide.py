"""One decision: who is rung next on a helpline call. Taken under the lock of the helpline's rotation row.

A decision is stored with all that it was taken from, so that anybody can take it again and compare (`replay.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from callrouter.billing.spend_cap import beyond_spend_cap, lock_spend_caps
from callrouter.database import Row, Session, sql
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
from callrouter.routing.lines import LineLeft, beset_reasons, take_line
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.rotation import Pool, Proposal, carry_out, propose
from callrouter.routing.row import (
    Rotation,
    cap_reached,
    count,
    day_of,
    save,
    turn_the_page,
)

_STORE = sql(
    "INSERT INTO decision (helpline, number, call, attempt, decided_at, day, directory_version, lineup, language,"
    " passed_over, center, given_back) VALUES (:helpline, :number, :call, :attempt, :decided_at, :day,"
    " :directory_version, :lineup, :language, :passed_over, :center, :given_back)"
)


@dataclass(frozen=True, slots=True)
class RoutingRequest:
    """The call that a center is sought for, and the little about it that routing may know."""

    call: str
    attempt: int
    state: str
    language: str
    tried: frozenset[str] = frozenset()
    seconds_left: int | None = None
    """of the helpline's longest wait; None before the first attempt, when every seat's attempt is known to fit"""
    announcement_seconds: Callable[[Center], int] = lambda _: 0
    """of the sentence that names a center before it is rung"""
    for_promise: bool = False
    """who owes a return call is sought, not who is rung"""
    arrived_at: datetime | None = None
    """of the call, for the months of ceilings; None: now"""
    simulated: bool = False
    closed: frozenset[str] = frozenset()
    """centers that are left aside because they are closed, where hours do not count by themselves"""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What a decision is taken from, at its moment."""

    directory: Directory
    helpline: Helpline
    rotation: Rotation
    beset: Iterable[Row]
    """what `lines.BESET` brought"""
    now: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """Who is rung (None: nobody is eligible), and what that was decided from."""

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
    standing: DecisionContext,
    seeker: RoutingRequest,
    leaving: LineLeft | None = None,
) -> Decided:
    """Take and store the decision who is rung; a line of the center is taken with it.

    `leaving` is the line that the call still has from its attempt before.
    """
    take = leaving.take if leaving else partial(take_line, session)
    return _decide(session, memory, standing, seeker, take)


def decide_who_owes(
    session: Session, memory: RoutingMemory, standing: DecisionContext, seeker: RoutingRequest
) -> Decided:
    """Take and store the decision who owes a return call: whoever is owed most, open or not."""
    return _decide(session, memory, standing, replace(seeker, for_promise=True), lambda _: True)


def _decide(
    session: Session,
    memory: RoutingMemory,
    standing: DecisionContext,
    seeker: RoutingRequest,
    has_line: Callable[[Center], bool],
) -> Decided:
    at, rotation = standing, standing.rotation
    position_of = memory.seated(session, at.helpline)
    turn_the_page(session, rotation, at.helpline, position_of, day_of(at.helpline, at.now))
    lineup = memory.lineup(at.directory, at.helpline, seeker.state, at.now, for_promise=seeker.for_promise)
    passed_over = _passed_over(standing, seeker, lineup, position_of, _beyond(session, at, seeker, lineup))

    def pool_of_the_others() -> Pool:
        return memory.pool(at.helpline.key, lineup, seeker.language, set(passed_over), position_of)

    pool, proposal = _proposed(standing, pool_of_the_others, passed_over, has_line)
    center = _take(standing, pool, proposal)
    if center and not seeker.for_promise:
        count(rotation, position_of[center.key])
    memory.store(session, lineup)
    save(session, rotation)
    _store(session, standing, seeker, lineup, passed_over, center)
    return Decided(center, lineup, seeker.language, passed_over)


def _take(standing: DecisionContext, pool: Pool, proposal: Proposal | None) -> Center | None:
    """The decision takes its number; with nobody eligible it gives and takes nothing else."""
    if proposal is None:
        standing.rotation.credits.number += 1
        return None
    carry_out(standing.rotation.credits, pool, proposal)
    return standing.directory.centers[pool.candidates[proposal.index].center]


def _proposed(
    standing: DecisionContext,
    pool_of_the_others: Callable[[], Pool],
    passed_over: dict[str, str],
    has_line: Callable[[Center], bool],
) -> tuple[Pool, Proposal | None]:
    """The pool, and whom it would ring; a center whose last line went in this very moment is passed over."""
    while True:
        pool = pool_of_the_others()
        if not pool.candidates:
            return pool, None
        proposal = propose(standing.rotation.credits, pool)
        proposed = pool.candidates[proposal.index].center
        if has_line(standing.directory.centers[proposed]):
            return pool, proposal
        passed_over[proposed] = LINES_BUSY


def _beyond(session: Session, at: DecisionContext, seeker: RoutingRequest, lineup: Lineup) -> dict[str, str]:
    """Those of the lineup without room under their partner's ceiling; who owes a call takes none yet."""
    if not at.directory.spend_capped:
        return {}
    centers = [candidate.center for candidate in lineup.candidates]
    if not seeker.for_promise:
        lock_spend_caps(session, at.directory, centers)
    arrived_at = seeker.arrived_at or at.now
    return beyond_spend_cap(session, at.directory, centers, arrived_at, simulated=seeker.simulated)


def _passed_over(
    standing: DecisionContext,
    seeker: RoutingRequest,
    lineup: Lineup,
    position_of: Mapping[str, int],
    beyond: Mapping[str, str],
) -> dict[str, str]:
    """The fast facts: why candidates of the lineup cannot have this call."""
    reasons = {**beyond, **_capped(standing, position_of)}
    if not seeker.for_promise:
        reasons |= beset_reasons(standing.beset, standing.directory.centers, standing.now)
        reasons |= _too_long(standing, lineup, seeker)
    reasons |= dict.fromkeys(seeker.closed, OUTSIDE_HOURS)
    reasons |= dict.fromkeys(seeker.tried, ALREADY_TRIED)
    return {c.center: reasons[c.center] for c in lineup.candidates if c.center in reasons} if reasons else {}


def _capped(standing: DecisionContext, position_of: Mapping[str, int]) -> dict[str, str]:
    reached = {
        seat.center: cap_reached(standing.rotation, seat, position_of[seat.center])
        for seat in standing.helpline.capped_seats
    }
    return {center: reason for center, reason in reached.items() if reason}


def _too_long(standing: DecisionContext, lineup: Lineup, seeker: RoutingRequest) -> dict[str, str]:
    """The centers whose attempt might not end within the helpline's longest wait."""
    left = seeker.seconds_left
    if left is None:
        return {}
    centers = (standing.directory.centers[candidate.center] for candidate in lineup.candidates)
    return {
        center.key: NO_TIME_LEFT
        for center in centers
        if seeker.announcement_seconds(center) + longest_attempt(center) > left
    }


def why_skipped(lineup: Lineup, language: str, passed_over: Mapping[str, str]) -> dict[str, str]:
    """center: reason, for each seat that a decision could not pick. *Pure.*"""
    others = dict.fromkeys(lineup.not_speaking(language, passed_over), OTHER_LANGUAGE)
    return {**lineup.skipped, **passed_over, **others}


def _store(
    session: Session,
    standing: DecisionContext,
    seeker: RoutingRequest,
    lineup: Lineup,
    passed_over: Mapping[str, str],
    center: Center | None,
) -> None:
    session.tell(
        _STORE,
        helpline=standing.helpline.key,
        number=standing.rotation.credits.number,
        call=seeker.call,
        attempt=seeker.attempt,
        decided_at=standing.now,
        day=standing.rotation.day or day_of(standing.helpline, standing.now),
        directory_version=standing.directory.version,
        lineup=lineup.digest,
        language=seeker.language,
        passed_over=json.dumps(list(passed_over.items())),
        center=center.key if center else None,
        given_back=seeker.for_promise,  # nobody has talked, so it counts for no cap
    )
