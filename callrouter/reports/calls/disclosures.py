"""Reads disclosures: what callers heard, word for word, from the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.disclosure.model import Disclosure
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches


class DisclosureRow(TypedDict):
    """An entry of the log. `turn` is the number of the document within the call."""

    sequence: int
    call: str
    at: datetime
    what: str
    wording: str
    center: str | None
    partner: str | None
    language: str
    words: str
    turn: int


class ExportedDisclosure(DisclosureRow):
    """An entry beside those of other calls."""

    simulated: bool


def exported_disclosures(connection: sa.Connection, period: Period) -> Iterator[ExportedDisclosure]:
    """The disclosures of a period, in order."""
    query = (
        sa.select(Disclosure.__table__, Call.simulated)
        .join_from(Disclosure, Call, Call.sid == Disclosure.call)
        .where(*period.holds(Disclosure.at))
        .order_by(Disclosure.at, Disclosure.sequence)
    )
    for batch in in_batches(connection, query):
        for row in batch:
            yield ExportedDisclosure(**_disclosure(row), simulated=row["simulated"])


def disclosures(connection: sa.Connection, calls: Sequence[str]) -> list[DisclosureRow]:
    """The disclosures of these calls, in the order of the turns."""
    query = (
        sa.select(Disclosure.__table__)
        .where(Disclosure.call.in_(calls))
        .order_by(Disclosure.call, Disclosure.turn)
    )
    return [_disclosure(row) for row in connection.execute(query).mappings()]


def _disclosure(row: sa.RowMapping) -> DisclosureRow:
    return DisclosureRow(
        sequence=row["sequence"],
        call=row["call"],
        at=row["at"],
        what=row["what"],
        wording=row["wording"],
        center=row["center"],
        partner=row["partner"],
        language=row["language"],
        words=row["words"],
        turn=row["turn"],
    )
