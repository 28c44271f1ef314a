"""The audit log: who has seen or heard something about a caller, or changed something as staff, and why. Append only.

An entry is written in the transaction that opens the sealed data, before anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.model import AuditEntry

_ADD = sa.insert(AuditEntry).returning(AuditEntry.id)


@dataclass(frozen=True, slots=True)
class Access:
    """Who opens something, when and why. The reason contains no caller's number."""

    person: str
    reason: str
    at: datetime


class AuditedChange(NamedTuple):
    """What an act changed, in words. None: there was nothing, or there is nothing any more."""

    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        return f"{self.before or 'none'} → {self.after or 'none'}"


NO_CHANGE = AuditedChange()


def record_access(
    session: Session, access: Access, action: str, subject: str, change: AuditedChange = NO_CHANGE
) -> int:
    """Add an entry, and return its number. `subject` is a CallSid, a masked number, or the key of what was changed."""
    entry = {"at": access.at, "person": access.person, "action": action, "subject": subject}
    added = {**entry, "reason": access.reason, **change._asdict()}
    number: int = session.execute(_ADD, added).scalar()
    return number
