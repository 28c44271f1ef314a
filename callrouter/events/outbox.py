"""The outbox: facts to act on, written in the transaction that they are about.

Publishing never contacts Redis or Celery. `settle.py` takes the facts from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.model import OutboxFact

DISCLOSED = "disclosed"
"""a document disclosed something to the caller"""
ENDED = "ended"
"""a call has ended, or its end was corrected"""
ALERT = "alert"
"""something happened that staff should know"""

AlertType = Literal[
    "center-paused",
    "evidence-behind",
    "message-left",
    "nobody-eligible",
    "process-unseen",
    "promise-overdue",
    "purge-failed",
    "purge-late",
    "reveal-waits",
    "unknown-number",
]
"""what staff should know"""

_PUBLISH_DISCLOSED = sa.insert(OutboxFact).values(fact=DISCLOSED)
_PUBLISH_ENDED = sa.insert(OutboxFact).values(fact=ENDED, turn=0)
_PUBLISH_ALERT = sa.insert(OutboxFact).values(fact=ALERT, turn=0)
FIND_WAITING = sa.select(OutboxFact.id).where(OutboxFact.set_aside_at.is_(None)).limit(1)


@dataclass(frozen=True, slots=True)
class SpokenDisclosure:
    """The words that a document speaks to the caller."""

    what: str
    wording: str
    """key and version, `connecting@1`"""
    language: str
    words: str
    center: str | None = None


def publish_disclosure(
    session: Session, call: str, at: datetime, turn: int, disclosure: SpokenDisclosure
) -> None:
    """Publish what document `turn` of a call discloses to the caller."""
    session.execute(
        _PUBLISH_DISCLOSED,
        {
            "call": call,
            "at": at,
            "turn": turn,
            "what": disclosure.what,
            "center": disclosure.center,
            "wording": disclosure.wording,
            "language": disclosure.language,
            "words": disclosure.words,
        },
    )


def publish_ended(session: Session, call: str, at: datetime) -> None:
    """Publish that a call has ended, or that its end was corrected."""
    session.execute(_PUBLISH_ENDED, {"call": call, "at": at})


def publish_alert(
    session: Session,
    what: AlertType,
    *,
    at: datetime,
    call: str = "",
    center: str | None = None,
    process: str | None = None,
) -> None:
    """Publish an alert. Every occurrence is published; the same ones become one alert (`alerts/raise_alerts.py`)."""
    session.execute(
        _PUBLISH_ALERT, {"call": call, "at": at, "what": what, "center": center, "process": process}
    )


def something_waits(session: Session) -> bool:
    """Whether there are facts to settle."""
    return session.execute(FIND_WAITING).first() is not None
