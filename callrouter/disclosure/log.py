"""The log of disclosures: what callers were told, numbered without a gap. One writer at a time."""

from __future__ import annotations

from callrouter.database import Session, sql

_ENTER = sql(
    "INSERT INTO disclosure (sequence, call, turn, at, what, center, partner, wording, language, words)"
    " SELECT (SELECT COALESCE(MAX(sequence), 0) FROM disclosure) + row_number() OVER (ORDER BY outbox.id),"
    " outbox.call, outbox.turn, outbox.at, what, outbox.center, center.partner, wording, language, words"
    " FROM outbox LEFT JOIN center ON center.key = outbox.center"
    " WHERE outbox.id = ANY(:facts) AND NOT EXISTS"
    " (SELECT 1 FROM disclosure d WHERE d.call = outbox.call AND d.turn = outbox.turn)"
)


def enter(session: Session, facts: list[int]) -> None:
    """Enter what the facts of the outbox tell. Whoever settles the outbox is its one writer."""
    session.tell(_ENTER, facts=facts)
