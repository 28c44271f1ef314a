"""The backlog of the outbox: facts that wait, and facts that were set aside."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict

import sqlalchemy as sa

from callrouter.events.model import OutboxFact


class OutboxBacklog(NamedTuple):
    """How many facts wait, since when, and how many were set aside."""

    facts: int
    since: datetime | None
    set_aside: int


class FailedFact(TypedDict):
    """A fact that kept failing and was set aside."""

    id: int
    fact: str
    call: str
    at: datetime
    failures: int
    error: str | None
    set_aside_at: datetime


def waiting(connection: sa.Connection) -> OutboxBacklog:
    """The backlog now."""
    aside = OutboxFact.set_aside_at.is_not(None)
    query = sa.select(
        sa.func.count().filter(~aside),
        sa.func.min(OutboxFact.at).filter(~aside),
        sa.func.count().filter(aside),
    ).select_from(OutboxFact)
    return OutboxBacklog(*connection.execute(query).one())


def oldest_waiting(connection: sa.Connection) -> datetime | None:
    """The time of the oldest waiting fact. None if none waits. The query takes the same time whatever the backlog."""
    query = sa.select(OutboxFact.at).where(OutboxFact.set_aside_at.is_(None)).order_by(OutboxFact.id).limit(1)
    return connection.execute(query).scalar_one_or_none()


def facts_set_aside(connection: sa.Connection) -> list[FailedFact]:
    """The facts that kept failing, oldest first."""
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
