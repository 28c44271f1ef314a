"""What staff do about an open promise: claim, note, hand on, close. The audit log has each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.directory.find_center import find_center
from callrouter.errors import Fault
from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.privacy.model import AuditEntry
from callrouter.promises.close import close_by_staff
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.model import Promise
from callrouter.promises.promise import lock_idle_promise
from callrouter.promises.reassign import assign

CLAIMED, NOTED, ASSIGNED, CLOSED = PROMISE_ACTIONS = (
    "promise claimed",
    "promise noted",
    "promise assigned",
    "promise closed",
)

_ACTS = (
    sa.select(
        AuditEntry.at,
        AuditEntry.person,
        AuditEntry.action,
        AuditEntry.subject,
        AuditEntry.reason,
        AuditEntry.before,
        AuditEntry.after,
    )
    .where(
        AuditEntry.subject == sa.any_(sa.bindparam("calls", type_=sa.ARRAY(sa.Text))),
        AuditEntry.action == sa.any_(sa.literal(list(PROMISE_ACTIONS), sa.ARRAY(sa.Text))),
    )
    .order_by(AuditEntry.id.desc())
)


class PromiseAct(NamedTuple):
    """Something that staff did about a promise."""

    at: datetime
    person: str
    action: str
    call: str
    reason: str
    before: str | None
    after: str | None

    @property
    def change(self) -> AuditedChange:
        return AuditedChange(self.before, self.after)


class LookedAfter(Fault):
    """Somebody else looks after the promise. Nothing was changed."""

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} looks after it already; ask them, or take it over")


def claim(session: Session, call: str, access: Access, *, instead_of: str | None = None) -> None:
    """A person looks after it from now on; who owes it stays. Again by the same person, it changes nothing.

    `instead_of` is the colleague from whom they take it over. Raises LookedAfter where it is somebody else's.
    """
    lock_idle_promise(session, call)
    claimed = latest_claim(staff_acts(session, [call]))
    before = claimed.person if claimed else None
    if before == access.person:
        return
    if before not in (None, instead_of):
        raise LookedAfter(str(before))
    record_access(session, access, CLAIMED, call, AuditedChange(before, access.person))


def note(session: Session, call: str, access: Access) -> None:
    """Keep a note with an open promise."""
    lock_idle_promise(session, call)
    record_access(session, access, NOTED, call)


def hand_on(
    session: Session, dependencies: PromiseDependencies, call: str, center: str, access: Access
) -> Promise:
    """Another center owes it, and is rung at once. Raises Fault where that may not be."""
    find_center(dependencies.directories.in_force(session), center)
    before = lock_idle_promise(session, call).owner or "nobody"
    promise = assign(session, dependencies, call, center, access.at)
    record_access(session, access, ASSIGNED, call, AuditedChange(before, center))
    return promise


def close(session: Session, call: str, state: str, access: Access) -> Promise:
    """Staff say how it ended; nobody is rung for it any more."""
    promise = close_by_staff(session, call, state, access.reason, access.at)
    record_access(session, access, CLOSED, call, AuditedChange("open", state))
    return promise


def latest_claim(acts: Iterable[PromiseAct]) -> PromiseAct | None:
    """Who looks after a promise, and since when; of what staff did about it, the latest first."""
    return next((act for act in acts if act.action == CLAIMED), None)


def staff_acts(session: Session, calls: list[str]) -> list[PromiseAct]:
    """What staff did about the promises of these calls, the latest first."""
    rows = session.execute(_ACTS, {"calls": calls})
    return [PromiseAct(*row) for row in rows]
