"""Raises an alert, once an hour, while the evidence log does not have everything: it refuses to sign, has another key,
cannot keep up, or nobody writes it.
"""

from __future__ import annotations

from datetime import datetime

from callrouter.database import Session
from callrouter.events.heartbeat import OUTBOX_SWEEPER, evidence_complete_at, is_evidence_late
from callrouter.events.outbox import publish_alert


class EvidenceMonitor:
    """Times before `since`, when the monitor started, do not count: the writer was stopped with it."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._hour: datetime | None = None

    def check(self, session: Session, now: datetime) -> bool:
        """Publish the alert if it is due. Returns whether it was."""
        at = max(evidence_complete_at(session) or self._since, self._since)
        is_due = is_evidence_late(at, now) and self._hour != _hour(now)
        if is_due:
            publish_alert(session, "evidence-behind", at=now, process=OUTBOX_SWEEPER)
        return is_due

    def committed(self, now: datetime) -> None:
        """Remember that the alert is committed for this hour."""
        self._hour = _hour(now)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
