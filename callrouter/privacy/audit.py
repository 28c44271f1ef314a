"""The audit log: who has seen or heard what of a caller, and why. It is append-only.

An entry is written in the transaction that opens what was sealed, and before anything of it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.model import AuditEntry

_ADD = sa.insert(AuditEntry)


@dataclass(frozen=True, slots=True)
class Access:
    """Who opens something, when, and for what reason. The reason holds no number of a caller."""

    person: str
    reason: str
    at: datetime


def record_access(session: Session, access: Access, action: str, subject: str) -> None:
    """Add an entry; `subject` is the CallSid that it is about, or a masked number."""
    entry = {"at": access.at, "person": access.person, "action": action, "subject": subject}
    session.execute(_ADD, {**entry, "reason": access.reason})
