"""The collaborators of the console's views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from callrouter.database import Database
from callrouter.directory.versions import DirectoryShelf
from callrouter.privacy.vault import Vault
from callrouter.reports.reading import reading


@dataclass(frozen=True)
class ConsoleDependencies:
    """What the views work with. `public_url` is the origin that people have in their browser's address bar."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    public_url: str
    secret_key: str
    simulated: bool
    issuer: str = ""
    """who bills, on invoices: a name and an address, line by line"""
    sends_invoices: bool = False
    """a sender is set, so workers send what is asked for"""
    directories: DirectoryShelf = field(default_factory=DirectoryShelf)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees the database at one moment, and that changes nothing."""
        with reading(self.database.engine) as connection:
            yield connection
