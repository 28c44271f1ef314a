"""Changing wordings in a test: two people, and texts that keep every rule."""

from datetime import UTC, datetime

from callrouter.database import Database
from callrouter.wordings.change import ChangedText, CheckedTexts
from callrouter.wordings.proposals import NewProposal, Proposed, approve, propose, withdraw

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONNECTING = ChangedText("connecting", "en", "One moment. {center}, a paid advertiser, is being called.")
GOODBYE = ChangedText("goodbye", "en", "Thank you for calling. Goodbye.")
LISTING = ChangedText("listing", "en", "This is the line of {center}, a paid advertiser.")


def proposes(
    database: Database,
    *changes: ChangedText,
    person: str = "ann",
    reason: str = "clearer",
    effective_at: datetime | None = None,
) -> Proposed:
    """Somebody proposes these texts."""
    with database.engine.begin() as connection:
        return propose(connection, NewProposal(changes, reason, effective_at), NOW, person)


def approves(database: Database, number: int, person: str = "bob", now: datetime = NOW) -> CheckedTexts:
    """Somebody approves a proposal."""
    with database.engine.begin() as connection:
        return approve(connection, number, now, person).checked


def withdraws(database: Database, number: int, person: str = "bob") -> None:
    """Somebody withdraws a proposal."""
    with database.engine.begin() as connection:
        withdraw(connection, number, NOW, person)


def changes(database: Database, *texts: ChangedText) -> int:
    """Two people put these texts in force. Returns the version."""
    return approves(database, proposes(database, *texts).number).after.version
