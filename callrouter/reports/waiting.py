"""What waits behind the calls: facts of the outbox that are not worked off yet, or that kept failing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.events.model import OutboxFact


class OutboxBacklog(NamedTuple):
    """How many facts wait, since when the oldest does, and how many were set aside."""

    facts: int
    since: datetime | None
    set_aside: int


class FailedFact(TypedDict):
    """A fact that kept failing."""

    id: int
    fact: str
    call: str
    at: datetime
    failures: int
    error: str | None
    set_aside_at: datetime


def waiting(connection: sa.Connection) -> OutboxBacklog:
    """What waits at this moment."""
    aside = OutboxFact.set_aside_at.is_not(None)
    query = sa.select(
        sa.func.count().filter(~aside),
        sa.func.min(OutboxFact.at).filter(~aside),
        sa.func.count().filter(aside),
    ).select_from(OutboxFact)
    return OutboxBacklog(*connection.execute(query).one())


def oldest_waiting(connection: sa.Connection) -> datetime | None:
    """Since when the oldest fact waits; None: none does. As quick among a million as among ten."""
    query = sa.select(OutboxFact.at).where(OutboxFact.set_aside_at.is_(None)).order_by(OutboxFact.id).limit(1)
    return connection.execute(query).scalar_one_or_none()


def facts_set_aside(connection: sa.Connection) -> list[FailedFact]:
    """The facts that kept failing, the oldest first."""
    query = sa.select(OutboxFact).where(OutboxFact.set_aside_at.is_not(None)).order_by(OutboxFact.id)
    return [
        FailedFact(
            id=row["id"],
            fact=row["fact"],
            call=row["call"],
            at=row["at"],
            failures=row["failures"],
            error=row["error"],
            set_aside_at=row["set_aside_at"],
        )
        for row in connection.execute(query).mappings()
    ]
