"""What the commands work with: settings, database, time. Made when a command first asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

import click
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryShelf
from callrouter.reports.reading import ReadingSession, reading
from config.settings import Settings, read_settings


class Toolbox:
    """The collaborators of one command."""

    @cached_property
    def settings(self) -> Settings:
        return read_settings()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database_url, connections=1)

    def now(self) -> datetime:
        """The time; the domain reads no clock of its own."""
        return datetime.now(UTC)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that changes nothing, and that nobody waits for."""
        with reading(self.database.engine) as connection:
            yield connection

    def directory_in_force(self) -> Directory:
        with self.reading() as connection:
            return DirectoryShelf().in_force(ReadingSession(connection))

    def close(self) -> None:
        if "database" in self.__dict__:
            self.database.close()


with_toolbox = click.make_pass_decorator(Toolbox)
