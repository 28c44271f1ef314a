"""Reads routing decisions: who was picked for a call, and why others were skipped."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.errors import NotKnown
from callrouter.routing import model
from callrouter.routing.decide import why_skipped
from callrouter.routing.eligibility import Lineup

_MOST_LINEUPS = 200


class SkippedSeat(TypedDict):
    """A center that could not have the call, and why."""

    center: str
    reason: str


class ReportedDecision(TypedDict):
    """One decision about one call."""

    call: str
    helpline: str
    number: int
    attempt: int
    decided_at: datetime
    directory_version: int
    language: str
    center: str | None
    given_back: bool
    skipped: list[SkippedSeat]


class Lineups:
    """A cache of lineups: many decisions share one."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, Lineup] = {}

    def of(self, digests: Iterable[str]) -> Mapping[str, Lineup]:
        """Lineups by their digests."""
        wanted = set(digests)
        if len(self._known) > _MOST_LINEUPS:
            self._known = {digest: self._known[digest] for digest in wanted & self._known.keys()}
        self._read(wanted - self._known.keys())
        return self._known

    def _read(self, digests: Collection[str]) -> None:
        query = sa.select(model.LineupDocument.digest, model.LineupDocument.document).where(
            model.LineupDocument.digest.in_(digests)
        )
        for digest, document in self._connection.execute(query) if digests else ():
            self._known[digest] = Lineup.from_document(document)


def decisions(connection: sa.Connection, lineups: Lineups, calls: Sequence[str]) -> list[ReportedDecision]:
    """The decisions about these calls, in the order of their attempts."""
    table = model.DecisionRow
    query = sa.select(table.__table__).where(table.call.in_(calls)).order_by(table.call, table.attempt)
    rows = connection.execute(query).mappings().all()
    known = lineups.of(row["lineup"] for row in rows)
    return [_decision(row, known[row["lineup"]]) for row in rows]


def decision_of(connection: sa.Connection, helpline: str, number: int) -> ReportedDecision:
    """One decision of a helpline. Raises NotKnown where there is none of this number."""
    table = model.DecisionRow
    query = sa.select(table.__table__).where(table.helpline == helpline, table.number == number)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotKnown(f"the rotation of {helpline} has taken no decision {number}")
    return _decision(row, Lineups(connection).of([row["lineup"]])[row["lineup"]])


def latest_reasons(taken: Iterable[ReportedDecision]) -> list[SkippedSeat]:
    """The centers that any decision of a call skipped, each with its latest reason. *Pure.*"""
    reasons = {skip["center"]: skip["reason"] for decision in taken for skip in decision["skipped"]}
    return [SkippedSeat(center=center, reason=reason) for center, reason in reasons.items()]


def _decision(row: sa.RowMapping, lineup: Lineup) -> ReportedDecision:
    reasons = why_skipped(lineup, row["language"], dict(json.loads(row["passed_over"])))
    return ReportedDecision(
        call=row["call"],
        helpline=row["helpline"],
        number=row["number"],
        attempt=row["attempt"],
        decided_at=row["decided_at"],
        directory_version=row["directory_version"],
        language=row["language"],
        center=row["center"],
        given_back=row["given_back"],
        skipped=[SkippedSeat(center=center, reason=reason) for center, reason in reasons.items()],
    )
