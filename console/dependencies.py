"""The collaborators of the console's views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import PARTNER, Database, set_current_partner
from callrouter.directory.versions import DirectoryCache
from callrouter.privacy.retention import Retention
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import calling_hours
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.purge import Purger
from callrouter.reports.first_use import FirstUseWatch
from callrouter.reports.reading import reading
from callrouter.reveals.limits import ALONE
from callrouter.routing.memory import RoutingMemory
from callrouter.wordings.versions import WordingsCache
from config.proxies import Network
from console.running_exports import RunningExports

OF_PARTNERS = 4
"""connections for pages of partners"""


@dataclass(frozen=True)
class SingleSignOn:
    """An OpenID Connect provider, and the client that we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    is_required: bool = False
    """staff who are no admins sign in through it alone"""


@dataclass(frozen=True)
class ConsoleDependencies:
    """What the views work with. `public_url` is the origin that people have in their browser's address bar."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    public_url: str
    secret_key: str
    simulated: bool
    calls_at_any_hour: bool = False
    """return calls are made by night, too: the carrier is simulated, or a setting says so"""

    issuer: str = ""
    """who bills, on invoices: a name and an address, line by line"""
    sends_invoices: bool = False
    """a sender is set, so workers send what is asked for"""
    trial_calls: TrialCalls | None = None
    """the simulated carrier; None: calls are real, and nobody tries one here"""
    single_sign_on: SingleSignOn | None = None
    trusted_proxies: tuple[Network, ...] = ()
    """that stand before us, and whose entries of X-Forwarded-For are true"""
    retention: Retention = field(default_factory=Retention)
    vault_key_source: str = ""
    """where the vault keys came from"""
    reveals_alone: int = ALONE
    """callers' numbers that one person may see in a day without a second person"""
    exports: RunningExports = field(default_factory=RunningExports)
    directories: DirectoryCache = field(default_factory=DirectoryCache)
    wordings: WordingsCache = field(default_factory=WordingsCache)

    @cached_property
    def promises(self) -> PromiseDependencies:
        """What acts on promises work with."""
        return PromiseDependencies(
            self.directories,
            RoutingMemory(),
            calling_hours(quiet=not self.calls_at_any_hour),
            self.vault,
        )

    @property
    def purger(self) -> Purger:
        """What purges the database."""
        return Purger(self.database, self.directories, self.retention)

    @cached_property
    def first_use(self) -> FirstUseWatch:
        """How far the first use is."""
        return FirstUseWatch(self.directories)

    @cached_property
    def partner_database(self) -> Database:
        """The database as partners see it: nothing, but for the rows of a partner that was named."""
        url = self.database.engine.url.render_as_string(hide_password=False)
        return Database(url, connections=OF_PARTNERS, role=PARTNER)

    @contextmanager
    def reading_own(self, partner: str) -> Iterator[sa.Connection]:
        """As `reading`, but it sees what is this partner's, and nothing else."""
        with reading(self.partner_database.engine) as connection:
            set_current_partner(connection, partner)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees the database at one moment, and that changes nothing."""
        with reading(self.database.engine) as connection:
            yield connection
