"""Puts approved changes in force when their time has come. The outbox sweeper asks every second."""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session
from callrouter.wordings.change import RefusedWording
from callrouter.wordings.coming import coming_changes, something_is_due
from callrouter.wordings.proposals import check_now, lock_in_force, put_in_force


def put_due_in_force(session: Session, now: datetime) -> list[str]:
    """Put each change in force whose time has come, as a version of its own. Returns why others may not be.

    The rules are checked once more: the directory may have changed since it was approved. One that is refused stays,
    until it may be put in force or is withdrawn.
    """
    if not something_is_due(session, now):
        return []
    before, refusals = lock_in_force(session), []
    for due in coming_changes(session):
        if due.effective_at > now:
            break
        try:
            checked = check_now(session, before, due.changes)
        except RefusedWording as refused:
            refusals.append(f"proposal {due.number}: {refused}")
            continue
        put_in_force(session, due.number, checked.after.version, now)
        before = checked.after
    return refusals
