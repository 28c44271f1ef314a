"""Runs the purge: what needs a number, by folder; and a purge of each day, with the alert when it fails or is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from callrouter.calls.erase import is_in_progress
from callrouter.database import Database, Session
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.events.heartbeat import EXTERNAL
from callrouter.events.outbox import publish_alert
from callrouter.evidence.old_salts import OLD_SALTS
from callrouter.messages.delete import (
    count_old_messages,
    delete_old_messages,
    has_message,
    has_message_of_day,
)
from callrouter.privacy.acts import NOTHING, ActKind, Actor, Destroyed, latest_act, record_act
from callrouter.privacy.purge import HeldBack, Purge, PurgeLimits
from callrouter.privacy.retention import Retention
from callrouter.promises.promise import is_being_returned, is_promised

PURGE = Purge(
    needs={
        "open promises": is_promised,
        "return calls in progress": is_being_returned,
        "calls in progress": is_in_progress,
        "messages that are kept": has_message,
    },
    keeps_message=has_message_of_day,
    delete_messages=delete_old_messages,
    count_messages=count_old_messages,
    of_others=(OLD_SALTS,),
)
LATE_AFTER = timedelta(days=2)
RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Purger:
    """Purges a database."""

    database: Database
    directories: DirectoryCache
    retention: Retention

    def purge(self, actor: Actor) -> Iterator[Destroyed]:
        """Destroy what is due, batch by batch, each in a transaction of its own. Again, it does nothing."""
        limits = self.database.transact(partial(self.limits, now=actor.at))
        while destroyed := self.database.transact(partial(PURGE.destroy_batch, limits=limits, actor=actor)):
            yield destroyed

    def purge_of_today(self, now: datetime, most: int) -> None:
        """Destroy the next batches, if today's purge is not completed. A failure is recorded, and alerted."""
        if not self.database.transact(partial(is_purge_due, now=now)):
            return
        try:
            for _ in zip(range(most), self.purge(Actor(now)), strict=False):
                pass
        except Exception:
            self.database.transact(partial(_record_failure, now=now))
            raise

    def limits(self, session: Session, now: datetime) -> PurgeLimits:
        """What is to be purged at a time, by the rates in force."""
        return PurgeLimits.at(self.retention, now, longest_repeat_days(self.directories.in_force(session)))

    def due(self, session: Session, now: datetime) -> Destroyed:
        """How much a purge at that time would destroy."""
        return PURGE.due(session, self.limits(session, now))

    def held_back(self, session: Session, now: datetime) -> list[HeldBack]:
        """What a purge at that time would hold back."""
        return PURGE.held_back(session, self.limits(session, now))

    def alert_if_late(self, session: Session, now: datetime) -> bool:
        """Publish an alert if something should have been purged days ago. Returns whether it is so."""
        late = is_late(self, session, now)
        if late:
            publish_alert(session, "purge-late", at=now, process=EXTERNAL)
        return late


def is_late(purger: Purger, session: Session, now: datetime) -> bool:
    """Whether something should have been purged days ago. What is held back is not late."""
    return purger.due(session, now - LATE_AFTER) != NOTHING


def is_purge_due(session: Session, now: datetime) -> bool:
    """Whether no purge was completed today, and none failed lately."""
    completed = latest_act(session, ActKind.PURGE_COMPLETED)
    failed = latest_act(session, ActKind.PURGE_FAILED)
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    is_done = completed is not None and completed.at >= midnight
    return not is_done and (failed is None or failed.at <= now - RETRY_AFTER)


def longest_repeat_days(directory: Directory) -> int:
    """The longest time in which a rate makes a further call a repeat. *Pure.*"""
    rates = (rate for partner in directory.partners.values() for rate in partner.rates)
    return max((rate.repeat_days for rate in rates), default=0)


def _record_failure(session: Session, now: datetime) -> None:
    record_act(session, ActKind.PURGE_FAILED, Actor(now))
    publish_alert(session, "purge-failed", at=now, process=EXTERNAL)
