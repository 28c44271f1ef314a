"""The audit log: who has seen or heard something about a caller, or changed something as staff, and why. Append only.

An entry is written in the transaction that opens the sealed data, before anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def record_access(session: Session, access: Access, action: str, subject: str) -> int:
    """Add an entry, and return its number. `subject` is a CallSid or a masked number."""
    entry = {"at": access.at, "person": access.person, "action": action, "subject": subject}
    number: int = session.execute(_ADD, {**entry, "reason": access.reason}).scalar()
    return number
