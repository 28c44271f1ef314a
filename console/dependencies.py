"""The collaborators of the console's views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import calling_hours
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.reports.reading import reading
from callrouter.routing.memory import RoutingMemory
from callrouter.wordings.versions import WordingsCache


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
    directories: DirectoryCache = field(default_factory=DirectoryCache)
    wordings: WordingsCache = field(default_factory=WordingsCache)

    @cached_property
    def promises(self) -> PromiseDependencies:
        """What acts on promises work with."""
        return PromiseDependencies(
            self.directories, RoutingMemory(), calling_hours(quiet=not self.calls_at_any_hour)
        )

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees the database at one moment, and that changes nothing."""
        with reading(self.database.engine) as connection:
            yield connection
