"""The outbox: facts to act on, written in the same transaction as what they tell of.

Publishing never talks to Redis or Celery. Whoever settles the facts takes them from here (`settle.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.model import OutboxFact

DISCLOSED = "disclosed"
"""the caller was told something, word for word"""
ENDED = "ended"
"""a call is over, or what is known about its end has changed"""
ALERT = "alert"
"""something happened that a person should be told of"""

AlertType = Literal[
    "center-paused", "message-left", "nobody-eligible", "process-unseen", "promise-overdue", "unknown-number"
]
"""what a person should be told of"""

_PUBLISH_DISCLOSED = sa.insert(OutboxFact).values(fact=DISCLOSED)
_PUBLISH_ENDED = sa.insert(OutboxFact).values(fact=ENDED, turn=0)
_PUBLISH_ALERT = sa.insert(OutboxFact).values(fact=ALERT, turn=0)
FIND_WAITING = sa.select(OutboxFact.id).where(OutboxFact.set_aside_at.is_(None)).limit(1)


@dataclass(frozen=True, slots=True)
class SpokenDisclosure:
    """What a document tells the caller, word for word."""

    what: str
    wording: str
    """key and version, `connecting@1`"""
    language: str
    words: str
    center: str | None = None


def publish_disclosure(
    session: Session, call: str, at: datetime, turn: int, disclosure: SpokenDisclosure
) -> None:
    """Publish what document `turn` of a call tells the caller."""
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
    """Publish that a call is over; again when what is known about its end has changed."""
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
    """Publish that a person should be told of something. It is told with the commit, as often as it happens;
    the same becomes one alert (`alerts/raising.py`).
    """
    session.execute(
        _PUBLISH_ALERT, {"call": call, "at": at, "what": what, "center": center, "process": process}
    )


def something_waits(session: Session) -> bool:
    """Whether there are facts to settle."""
    return session.execute(FIND_WAITING).first() is not None
