"""The record of purges, erasures and rotations: what was destroyed, how much of it, by whom and when. Append only.

It has no caller's number and no pseudonym. Each row is written in the transaction that it is about, so what was
destroyed before a process was killed is counted, too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.model import PrivacyAct

_ADD = sa.insert(PrivacyAct).returning(PrivacyAct.id)


class ActKind(StrEnum):
    """What was done."""

    PURGE = "purge"
    """one transaction of a purge"""
    PURGE_COMPLETED = "purge completed"
    """all that is due is purged, but for what is held back"""
    PURGE_FAILED = "purge failed"
    ERASURE = "erasure"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """How much was destroyed, by kind. In a rotation, `keys` were wrapped again."""

    keys: int = 0
    numbers: int = 0
    match_values: int = 0
    messages: int = 0
    salts: int = 0
    promises: int = 0
    """open ones that were withdrawn"""

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def __add__(self, other: Destroyed) -> Destroyed:
        return Destroyed(**{name: count + getattr(other, name) for name, count in asdict(self).items()})


NOTHING = Destroyed()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, when and why. `person` None: the schedule, or the caller."""

    at: datetime
    person: str | None = None
    reason: str | None = None


_LATEST = (
    sa.select(PrivacyAct.__table__)
    .where(PrivacyAct.act == sa.bindparam("kind"))
    .order_by(PrivacyAct.id.desc())
    .limit(1)
)


def latest_act(session: Session, kind: ActKind) -> Any | None:
    """The latest act of a kind: a row of the table. None: there is none."""
    return session.execute(_LATEST, {"kind": kind.value}).one_or_none()


def record_act(
    session: Session,
    kind: ActKind,
    actor: Actor,
    destroyed: Destroyed = NOTHING,
    up_to: date | None = None,
    held_back: int = 0,
) -> int:
    """Add a row, and return its number. `up_to`: the last day that is purged; `held_back`: how many days are not."""
    values = {"act": kind.value, "at": actor.at, "person": actor.person, "reason": actor.reason}
    added = {**values, **asdict(destroyed), "up_to": up_to, "held_back": held_back}
    number: int = session.execute(_ADD, added).scalar()
    return number
