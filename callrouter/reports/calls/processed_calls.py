"""Reads processed calls: ended, with their charges and figures written. Exports are based on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from callrouter.calls.model import Call
from callrouter.figures.model import PartnerCall
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches

_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Call.sid,
    Call.arrived_at,
    Call.ended_at,
    Call.dialled,
    Call.route,
    Call.listing,
    Call.helpline,
    Call.caller,
    Call.state,
    Call.language,
    Call.outcome,
    Call.answered_by,
    Call.simulated,
)


class ProcessedCall(NamedTuple):
    """A call and the partner that talked with the caller."""

    call: sa.RowMapping
    """the columns of `call` that exports have"""
    partner: str | None
    """None: nobody"""
    talk_seconds: int


def processed_calls(connection: sa.Connection, period: Period) -> Iterator[list[ProcessedCall]]:
    """The calls that arrived in a period, by arrival, some hundred at a time."""
    query = (
        sa.select(*_COLUMNS)
        .where(Call.ended_at.is_not(None), *period.holds(Call.arrived_at))
        .order_by(Call.arrived_at, Call.sid)
    )
    for batch in in_batches(connection, query):
        talks = _talks(connection, [call["sid"] for call in batch])
        yield [ProcessedCall(call, *talks[call["sid"]]) for call in batch if call["sid"] in talks]


def _talks(connection: sa.Connection, calls: Sequence[str]) -> dict[str, tuple[str | None, int]]:
    """By processed call: the partner that accepted it, and the seconds of talk."""
    query = sa.select(
        PartnerCall.call, PartnerCall.answered, PartnerCall.partner, PartnerCall.talk_seconds
    ).where(PartnerCall.call.in_(calls), PartnerCall.is_primary)
    return {
        row.call: (row.partner, row.talk_seconds) if row.answered else (None, 0)
        for row in connection.execute(query)
    }
