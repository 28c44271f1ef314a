"""Recomputes every decision of a helpline from what was stored, and the credits that follow.

Decisions are replayed in order. An undone decision is undone again after the same decision as before. Nothing else
is needed, so anybody can check the stored rows.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.routing.eligibility import Lineup
from callrouter.routing.model import DecisionRow, LineupDocument, RotationRow, SeatPosition
from callrouter.routing.rotation import UNITS, Credits, Pool, pick, propose, ring, undo

_OF_HELPLINE = DecisionRow.helpline == sa.bindparam("helpline")
# One statement sees one snapshot: the credits are those after exactly these decisions.
_DECISIONS = (
    sa.select(
        DecisionRow.number,
        DecisionRow.lineup,
        DecisionRow.language,
        DecisionRow.passed_over,
        DecisionRow.center,
        DecisionRow.undone_after,
        RotationRow.credits,
    )
    .outerjoin(
        RotationRow,
        sa.and_(RotationRow.helpline == DecisionRow.helpline, RotationRow.number == DecisionRow.number),
    )
    .where(_OF_HELPLINE)
    .order_by(DecisionRow.number)
)
_LINEUPS = sa.select(LineupDocument.digest, LineupDocument.document).where(
    LineupDocument.digest.in_(sa.select(DecisionRow.lineup).where(_OF_HELPLINE))
)
_POSITIONS = sa.select(SeatPosition.center, SeatPosition.position).where(
    SeatPosition.helpline == sa.bindparam("helpline")
)

MOST_POOLS = 1_000


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it is stored."""

    number: int
    lineup: str
    """the digest of its lineup"""
    language: str
    passed_over: frozenset[str]
    center: str | None
    undone_after: int | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A decision whose stored center is not the recomputed one."""

    number: int
    stored: str | None
    recomputed: str | None


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The result of a replay."""

    decisions: int
    """how many were replayed"""
    disagreements: tuple[Disagreement, ...]
    credits: Credits
    largest_credit: int
    """the most that any seat was ever owed, or owed the others, in UNITS"""
    stored: array[int] | None = None
    """the stored credits of the rotation; None if only decisions were passed"""

    @property
    def agrees(self) -> bool:
        """Whether every pick and the credits are the stored ones."""
        return not self.disagreements and self.credits_agree

    @property
    def credits_agree(self) -> bool:
        """Whether the credits are the stored ones."""
        return self.stored is None or self.stored == self.credits.credit


@dataclass(frozen=True, slots=True)
class CandidateThen:
    """A seat that a past decision was taken among. `owed` is in calls, its part of this call included."""

    center: str
    weight: int
    owed: float


@dataclass(frozen=True, slots=True)
class RecomputedPick:
    """A past decision taken again: who was picked as stored, who follows, and what each candidate was owed."""

    number: int
    stored: str | None
    recomputed: str | None
    candidates: tuple[CandidateThen, ...]

    @property
    def agrees(self) -> bool:
        return self.stored == self.recomputed


def replay(
    decisions: Iterable[StoredDecision], lineups: Mapping[str, Lineup], positions: Mapping[str, int]
) -> ReplayResult:
    """Replay the decisions of a helpline in the order of their numbers. *Pure.*

    After a disagreement it continues with the stored center, because that one was rung.
    """
    fold = _Fold(lineups, positions)
    disagreements = tuple(fold.disagreements(decisions))
    fold.undo_before(fold.credits.number + 1)
    return ReplayResult(fold.decisions, disagreements, fold.credits, fold.largest_credit)


def replay_helpline(session: Session, helpline: str) -> ReplayResult:
    """Replay all decisions of a helpline, and compare with the stored credits."""
    of = {"helpline": helpline}
    rows = session.execute(_DECISIONS, of).all()
    replayed = replay(map(_decision, rows), _lineups(session, of), _seat_positions(session, of))
    return replace(replayed, stored=array("i", (rows[-1].credits or b"") if rows else b""))


def recompute_pick(session: Session, helpline: str, number: int) -> RecomputedPick:
    """Take one decision again, after all that came before it. Raises NotKnown where there is none of this number."""
    of = {"helpline": helpline}
    rows = session.execute(_DECISIONS.where(DecisionRow.number <= number), of).all()
    if not rows or rows[-1].number != number:
        raise NotKnown(f"the rotation of {helpline} has taken no decision {number}")
    fold = _Fold(_lineups(session, of), _seat_positions(session, of))
    *earlier, decision = map(_decision, rows)
    for each in earlier:
        fold.follow(each)
    return fold.recomputed(decision)


def _lineups(session: Session, of: dict[str, str]) -> dict[str, Lineup]:
    return {row.digest: Lineup.from_document(row.document) for row in session.execute(_LINEUPS, of)}


def _seat_positions(session: Session, of: dict[str, str]) -> dict[str, int]:
    return {row.center: row.position for row in session.execute(_POSITIONS, of)}


def _decision(row: Any) -> StoredDecision:
    passed = frozenset(center for center, _ in json.loads(row.passed_over))
    return StoredDecision(row.number, row.lineup, row.language, passed, row.center, row.undone_after)


class _Fold:
    """The credits so far, and the decisions that are still to be undone."""

    def __init__(self, lineups: Mapping[str, Lineup], positions: Mapping[str, int]) -> None:
        # Wider than those of a rotation: a log that somebody made up may pick one seat any number of times.
        self.credits = Credits(0, array("q"), array("q"))
        self.credits.make_room(len(positions))
        self.decisions = 0
        self.largest_credit = 0
        self._lineups = lineups
        self._positions = positions
        self._pool_of = lru_cache(MOST_POOLS)(self._worked_out)
        self._undone_after: defaultdict[int, list[tuple[Pool, int, int]]] = defaultdict(list)

    def disagreements(self, decisions: Iterable[StoredDecision]) -> Iterator[Disagreement]:
        for decision in decisions:
            recomputed = self.follow(decision)
            if recomputed != decision.center:
                yield Disagreement(decision.number, decision.center, recomputed)

    def follow(self, decision: StoredDecision) -> str | None:
        """Take the next decision as it is stored; returned is who should have been rung."""
        self.undo_before(decision.number)
        return self._take(decision)

    def recomputed(self, decision: StoredDecision) -> RecomputedPick:
        """The next decision, with what each seat of its pool was owed. The credits stay as they are."""
        self.undo_before(decision.number)
        self.credits.number = decision.number - 1
        pool = self._pool_of(decision.lineup, decision.language, decision.passed_over)
        if not pool.candidates:
            return RecomputedPick(decision.number, decision.center, None, ())
        proposal = propose(self.credits, pool)
        candidates = zip(pool.candidates, proposal.owed, strict=True)
        return RecomputedPick(
            decision.number,
            decision.center,
            pool.candidates[proposal.index].center,
            tuple(CandidateThen(seat.center, seat.weight, owed / UNITS) for seat, owed in candidates),
        )

    def undo_before(self, number: int) -> None:
        """Undo what was undone before decision `number`."""
        for latest in [latest for latest in self._undone_after if latest < number]:
            for pool, undone, index in self._undone_after.pop(latest):
                undo(self.credits, pool, undone, index)

    def _take(self, decision: StoredDecision) -> str | None:
        """Recompute the pick, then apply the stored one."""
        pool = self._pool_of(decision.lineup, decision.language, decision.passed_over)
        centers = [candidate.center for candidate in pool.candidates]
        self.credits.number = decision.number - 1
        recomputed = centers[pick(self.credits, pool)] if centers else None
        if decision.center in centers:
            self._follow(decision, pool, centers.index(decision.center))
        self.credits.number = decision.number
        self.decisions += 1
        credit = self.credits.credit
        self.largest_credit = max([self.largest_credit, *(abs(credit[place]) for place in pool.positions)])
        return recomputed

    def _follow(self, decision: StoredDecision, pool: Pool, index: int) -> None:
        ring(self.credits, pool, index)
        if decision.undone_after is not None:
            self._undone_after[decision.undone_after].append((pool, decision.number, index))

    def _worked_out(self, lineup: str, language: str, passed_over: frozenset[str]) -> Pool:
        return Pool.of(self._lineups[lineup].pool(language, passed_over), self._positions)
