"""Staff pause or resume a center. Each act is audited, with the state before.

A pause keeps the center's seats out of every helpline's rotation. Callers of its own listings still reach it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.privacy.model import AuditEntry
from callrouter.routing.lines import pause_by_staff, resume
from callrouter.routing.model import Availability

MOST_ACTS = 20
LONGEST_PAUSE = timedelta(days=31)
NOT_PAUSED = "not paused"
PAUSE_ACTION, RESUME_ACTION = "center paused", "center resumed"

_LOCK = (
    sa.select(Availability.paused_until, Availability.pause_reason)
    .where(Availability.center == sa.bindparam("center"))
    .with_for_update()
)
_ACTS = (
    sa.select(
        AuditEntry.at,
        AuditEntry.person,
        AuditEntry.action,
        AuditEntry.reason,
        AuditEntry.before,
        AuditEntry.after,
    )
    .where(AuditEntry.subject == sa.bindparam("center"), AuditEntry.action.in_((PAUSE_ACTION, RESUME_ACTION)))
    .order_by(AuditEntry.id.desc())
    .limit(MOST_ACTS)
)


class PauseAct(NamedTuple):
    """A pause or its end, as the audit log has it."""

    at: datetime
    person: str
    action: str
    reason: str
    before: str | None
    after: str | None

    @property
    def change(self) -> AuditedChange:
        return AuditedChange(self.before, self.after)


def pauses_of(session: Session, center: str) -> list[PauseAct]:
    """What staff did about the center's pauses, the latest first."""
    rows = session.execute(_ACTS, {"center": center})
    return [PauseAct(*row) for row in rows]


def pause_center(session: Session, center: str, until: datetime, access: Access) -> None:
    """The center's seats pause until then. Raises Fault for an end that is past, or too far away."""
    if until <= access.at:
        raise Fault("the end of the pause is past: choose a later one")
    if until > access.at + LONGEST_PAUSE:
        raise Fault(f"a pause lasts {LONGEST_PAUSE.days} days at most; change the directory for a longer one")
    before = _as_it_is(session, center, access.at)
    pause_by_staff(session, center, until, access.at)
    change = AuditedChange(before, f"paused until {until:%Y-%m-%d %H:%M} UTC")
    record_access(session, access, PAUSE_ACTION, center, change)


def resume_center(session: Session, center: str, access: Access) -> None:
    """The center's seats are rung again, and missed calls count from now on."""
    before = _as_it_is(session, center, access.at)
    resume(session, center, access.at)
    record_access(session, access, RESUME_ACTION, center, AuditedChange(before, NOT_PAUSED))


def _as_it_is(session: Session, center: str, now: datetime) -> str:
    row = session.execute(_LOCK, {"center": center}).one_or_none()
    if row is None or row.paused_until is None or row.paused_until <= now:
        return NOT_PAUSED
    return f"{row.pause_reason or 'paused'} until {row.paused_until:%Y-%m-%d %H:%M} UTC"
