"""The collaborators of the tasks. Each process creates them once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from redis import Redis

from callrouter.alerts.channel import Channels, recipients
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.events.settle import settle
from callrouter.mail import MailSender
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import CallingHours, calling_hours
from callrouter.purge import Purger
from callrouter.routing.memory import RoutingMemory
from config.settings import read_settings
from config.vault import open_vault
from workers.after_call import subscriptions
from workers.channels import channels, mail_sender
from workers.wakeup import awake_flag


@dataclass(frozen=True)
class WorkerDependencies:
    """The collaborators of the tasks."""

    database: Database
    directories: DirectoryCache
    memory: RoutingMemory
    flag: Redis
    channels: Channels
    """the channels of alerts"""
    mail_sender: MailSender | None
    """the mail sender of invoices; without it they wait"""
    vault: Vault
    hours: CallingHours
    """when callers may be called back"""
    purger: Purger
    began_at: datetime
    """when this process started"""

    def now(self) -> datetime:
        """The time. The domain reads no clock."""
        return datetime.now(UTC)

    def settle_a_batch(self) -> int:
        """Settle the next batch of the outbox. Returns how many facts were settled."""
        what_follows = subscriptions(self.directories, recipients(self.channels))
        return settle(self.database, what_follows, self.now())


@cache
def dependencies() -> WorkerDependencies:
    """The dependencies of this process."""
    settings = read_settings()
    database = Database(settings.database_url, connections=4, in_batches=True)
    directories = DirectoryCache()
    return WorkerDependencies(
        database=database,
        directories=directories,
        memory=RoutingMemory(),
        flag=awake_flag(settings.redis_url),
        channels=channels(settings),
        mail_sender=mail_sender(settings),
        vault=open_vault(settings),
        hours=calling_hours(quiet=not settings.calls_at_any_hour),
        purger=Purger(database, directories, settings.retention),
        began_at=datetime.now(UTC),
    )
