"""The collaborators of commands: settings, database, time. Created when a command first uses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

import click
import sqlalchemy as sa

from callrouter.cli.failures import DatabaseNotRunning
from callrouter.database import LOGIN, Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.migrations import check_role, check_schema
from callrouter.privacy.key_check import check_key
from callrouter.privacy.vault import Vault
from callrouter.purge import Purger
from callrouter.reports.reading import reading
from config.data_dir import POSTGRESQL, is_served, socket_path
from config.running_server import with_running_server
from config.settings import Settings, read_settings
from config.vault import open_vault


class CommandDependencies:
    """The collaborators of one command."""

    @cached_property
    def settings(self) -> Settings:
        return with_running_server(read_settings())

    @property
    def database_url(self) -> str:
        """Raises DatabaseNotRunning if the embedded database does not run."""
        data_dir = self.settings.data_dir
        if self.settings.database is None and not is_served(socket_path(data_dir, POSTGRESQL)):
            raise DatabaseNotRunning(data_dir)
        return self.settings.database_url

    @cached_property
    def any_database(self) -> Database:
        """The database, whatever its schema and roles: only to be examined."""
        return Database(self.database_url, connections=1, role=LOGIN)

    @cached_property
    def database(self) -> Database:
        """The database with this release's schema. Raises StaleSchema or NewerSchema."""
        with reading(self.any_database.engine) as connection:
            check_schema(connection)
            check_role(connection, self.any_database.engine.url)
        return Database(self.database_url, connections=1)

    @cached_property
    def vault(self) -> Vault:
        """The vault. Raises WrongVaultKey if the database was filled with another key."""
        vault = open_vault(self.settings)
        with self.reading() as connection:
            check_key(connection, vault)
        return vault

    @cached_property
    def purger(self) -> Purger:
        """What purges the database."""
        return Purger(self.database, DirectoryCache(), self.settings.retention)

    def now(self) -> datetime:
        """The time. The domain reads no clock."""
        return datetime.now(UTC)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A read-only connection that no writer waits for."""
        with reading(self.database.engine) as connection:
            yield connection

    def directory_in_force(self) -> Directory:
        with self.reading() as connection:
            return DirectoryCache().in_force(connection)

    def close(self) -> None:
        for opened in {"any_database", "database"} & self.__dict__.keys():
            self.__dict__[opened].close()


with_dependencies = click.make_pass_decorator(CommandDependencies)
