"""How the evidence log stands: what waits for it, when it last had everything, and when its head was signed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.events.heartbeat import evidence_complete_at, is_evidence_late
from callrouter.evidence.records import SOURCES
from callrouter.evidence.stored_tree import latest_head


class EvidenceLogState(NamedTuple):
    """The evidence log now."""

    waiting: int
    """records that are not in it yet"""
    complete_at: datetime | None
    """when it last had everything; None: never"""
    signed_at: datetime | None
    """its latest head; None: nothing was logged yet"""
    is_late: bool
    """records have waited for more than a minute, or nobody writes it"""


def evidence_log_state(connection: sa.Connection, now: datetime) -> EvidenceLogState:
    """The state at this time. Read-only."""
    complete_at, head = evidence_complete_at(connection), latest_head(connection)
    return EvidenceLogState(
        waiting_records(connection),
        complete_at,
        head.signed_at if head else None,
        is_evidence_late(complete_at, now),
    )


def waiting_records(connection: sa.Connection) -> int:
    """How many records are not in the log yet."""
    return sum(connection.execute(source.unlogged_count).scalar_one() for source in SOURCES.values())


def seconds_since(moment: datetime | None, now: datetime) -> float | None:
    """None: never."""
    return None if moment is None else max((now - moment) / timedelta(seconds=1), 0.0)
