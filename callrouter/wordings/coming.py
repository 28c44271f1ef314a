"""Approved changes that come into force at a later time. Each text has at most one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.wordings.change import ChangedText, RefusedWording, from_json
from callrouter.wordings.model import WordingProposal

IS_COMING = sa.and_(
    WordingProposal.decision == "approved",
    WordingProposal.version.is_(None),
    WordingProposal.withdrawn_by.is_(None),
)
_COMING = (
    sa.select(WordingProposal.number, WordingProposal.effective_at, WordingProposal.changes)
    .where(IS_COMING)
    .order_by(WordingProposal.effective_at, WordingProposal.number)
)
_DUE = sa.select(sa.exists(_COMING.where(WordingProposal.effective_at <= sa.bindparam("now")).order_by(None)))


class ComingChange(NamedTuple):
    """An approved change, and when it comes into force."""

    number: int
    effective_at: datetime
    changes: tuple[ChangedText, ...]


def coming_changes(session: Session) -> list[ComingChange]:
    """Those that come, the next one first."""
    return [
        ComingChange(row.number, row.effective_at, from_json(row.changes)) for row in session.execute(_COMING)
    ]


def something_is_due(session: Session, now: datetime) -> bool:
    """Whether the time of one has come."""
    return bool(session.execute(_DUE, {"now": now}).scalar())


def refuse_clash(coming: Iterable[ComingChange], changes: Sequence[ChangedText]) -> None:
    """A text that is about to change is not changed otherwise meanwhile. Raises RefusedWording."""
    texts = {change[:2] for change in changes}
    clashes = [(each, change) for each in coming for change in each.changes if change[:2] in texts]
    if clashes:
        raise RefusedWording(
            f"{change.key} {change.language} changes at {at_in_words(each.effective_at)} by proposal {each.number}:"
            " withdraw that one first, or wait for it"
            for each, change in clashes
        )


def at_in_words(moment: datetime) -> str:
    """`2026-12-01 08:00 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
