"""What the console has refused: each refusal is counted, and one that matters is in the audit log."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.model import AuditEntry
from callrouter.staff.model import RefusalCount

FOREIGN_REQUEST = "another partner's asked for"
"""the action in the audit log"""
AUDITED_EVERY = timedelta(hours=1)
"""the same request of the same person is audited again"""


class RefusalKind(StrEnum):
    """Why something was refused."""

    RIGHT = "right"
    """a page, by somebody who is signed in and may not open it"""
    FOREIGN = "foreign"
    """a record of another partner, by somebody of a partner"""
    FORM = "form"
    """a form without a valid token"""
    SIGN_IN = "sign-in"
    """a wrong password, code or passkey, or what the provider of single sign-on said"""
    ATTEMPTS = "attempts"
    """another attempt to sign in, after too many"""


def count_refusal(session: Session, kind: RefusalKind) -> None:
    """Count a refusal."""
    session.execute(_COUNT, {"kind": kind.value, "refusals": 1})


def refusal_counts(session: Session) -> dict[str, int]:
    """How often each kind of thing was refused since the database was made."""
    found = {row.kind: row.refusals for row in session.execute(_ALL)}
    return {kind.value: found.get(kind.value, 0) for kind in RefusalKind}


def audit_foreign_request(session: Session, access: Access, subject: str) -> None:
    """Enter that somebody of a partner asked for what is another's: `subject`, a CallSid, an invoice or a key."""
    asked = {"person": access.person, "subject": subject, "since": access.at - AUDITED_EVERY}
    if not session.execute(_AUDITED, asked).scalar():
        record_access(session, access, FOREIGN_REQUEST, subject)


_COUNT = insert(RefusalCount).on_conflict_do_update(
    index_elements=["kind"], set_={"refusals": RefusalCount.refusals + 1}
)
_ALL = sa.select(RefusalCount.kind, RefusalCount.refusals)
_AUDITED = sa.select(
    sa.exists().where(
        AuditEntry.subject == sa.bindparam("subject"),
        AuditEntry.person == sa.bindparam("person"),
        AuditEntry.action == FOREIGN_REQUEST,
        AuditEntry.at > sa.bindparam("since"),
    )
)
