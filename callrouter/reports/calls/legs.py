"""Reads legs: each attempt to connect a call to a center, and its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.calls.model import Leg
from callrouter.calls.states import ACCEPTED
from callrouter.reports.calls.processed_calls import processed_calls
from callrouter.reports.period import Period


class LegRow(TypedDict):
    """A leg. `number` is the telephone number that was rung. It has no `outcome` until that is reported."""

    call: str
    attempt: int
    center: str
    partner: str
    kind: str
    number: str
    outcome: str | None
    accepted: bool
    talk_seconds: int
    began_at: datetime
    closed_at: datetime | None
    ring_seconds: int
    screened: bool
    whispered_at: datetime | None
    taken_at: datetime | None
    sid: str | None


class ExportedLeg(LegRow):
    """A leg beside those of other calls."""

    arrived_at: datetime
    simulated: bool


def exported_legs(connection: sa.Connection, period: Period) -> Iterator[ExportedLeg]:
    """The legs of ended calls that arrived in a period, by the calls' arrival."""
    for batch in processed_calls(connection, period):
        calls = {one.call["sid"]: one.call for one in batch}
        place = {sid: number for number, sid in enumerate(calls)}
        for leg in sorted(legs(connection, list(calls)), key=lambda one: place[one["call"]]):
            call = calls[leg["call"]]
            yield ExportedLeg(**leg, arrived_at=call["arrived_at"], simulated=call["simulated"])


def legs(connection: sa.Connection, calls: Sequence[str]) -> list[LegRow]:
    """The legs of these calls, in the order of their attempts."""
    query = sa.select(Leg.__table__).where(Leg.call.in_(calls)).order_by(Leg.call, Leg.number)
    return [_leg(row) for row in connection.execute(query).mappings()]


def _leg(row: sa.RowMapping) -> LegRow:
    return LegRow(
        call=row["call"],
        attempt=row["number"],
        center=row["center"],
        partner=row["partner"],
        kind=row["kind"],
        number=row["phone"],
        outcome=row["outcome"],
        accepted=row["outcome"] == ACCEPTED,
        talk_seconds=row["talk_seconds"] or 0,
        began_at=row["began_at"],
        closed_at=row["closed_at"],
        ring_seconds=row["ring_seconds"],
        screened=row["screens"],
        whispered_at=row["whispered_at"],
        taken_at=row["taken_at"],
        sid=row["sid"],
    )
