"""`callrouter db`: the schema, and the directory that a new database begins with."""

from __future__ import annotations

import click
import sqlalchemy as sa

from callrouter import migrations
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.progress import working
from callrouter.cli.tables import format_option, print_result
from callrouter.cli.user import user
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.read import DirectoryFile, read_directory_file
from callrouter.directory.load import Signed, load_directory
from callrouter.directory.model import DirectoryHead
from callrouter.directory.sample import sample_directory
from callrouter.evidence.schema_statement import state_schema
from callrouter.privacy.audit import Access
from callrouter.privacy.data_keys import make_keys_ahead
from callrouter.privacy.key_check import accept_key, know_key
from config.settings import Settings
from config.vault import open_vault


@click.group()
def db() -> None:
    """The database's schema.

    \b
    Example:
      callrouter db upgrade
    """


@db.command()
@with_dependencies
def upgrade(dependencies: CommandDependencies) -> None:
    """Bring the schema up to date, and load a first directory where there is none.

    The first directory is the file of CALLROUTER_DIRECTORY; without it, in the embedded database, the sample.
    It works as the login of DATABASE_OWNER_URL, by default that of DATABASE_URL, which owns the tables. Everything else
    works as a role that owns none, and may not change the accounts or the evidence.
    From then on the database knows its vault key, and refuses another one. A schema that has changed is stated in
    the evidence log. Doing it again changes nothing.

    \b
    Example:
      callrouter db upgrade
    """
    with working("bringing the schema up to date"):
        migrations.upgrade(dependencies.database_url, dependencies.settings.database_owner)
        _state_the_schema(dependencies)
    click.echo("The schema is up to date.")
    _know_the_vault_key(dependencies)
    click.echo(_load_first_directory(dependencies))


@db.command("accept-vault-key")
@click.option("--reason", required=True, help="Why, for the audit.")
@format_option
@with_dependencies
def accept_vault_key(dependencies: CommandDependencies, reason: str, form: str) -> None:
    """Have the database take the vault key that is set, where the one it was filled with is lost for good.

    What was sealed with the lost key cannot be opened any more, and nobody who called before is recognized:
    return calls that are owed to them cannot be made. It is entered in the audit.

    \b
    Example:
      callrouter db accept-vault-key --reason "the old server burned down"
    """
    access = Access(user(), reason, dependencies.now())
    with dependencies.database.engine.begin() as connection:
        key = accept_key(connection, open_vault(dependencies.settings), access)
    print_result(form, {"vault_key": key.id}, f"The database takes the vault key {key} from now on.")


def _state_the_schema(dependencies: CommandDependencies) -> None:
    with dependencies.database.engine.begin() as connection:
        state_schema(connection, dependencies.now())


def _know_the_vault_key(dependencies: CommandDependencies) -> None:
    with dependencies.database.engine.begin() as connection:
        vault, now = open_vault(dependencies.settings), dependencies.now()
        know_key(connection, vault, now)
        make_keys_ahead(connection, vault.master_keys, now)


def _load_first_directory(dependencies: CommandDependencies) -> str:
    with dependencies.database.engine.begin() as connection:
        version = connection.execute(sa.select(DirectoryHead.version).with_for_update()).scalar_one()
        if version:
            return f"Version {version} of the directory is in force."
        first = first_directory(dependencies.settings)
        if first is None:
            return "No directory is loaded yet: callrouter directory load FILE"
        load_directory(connection, first.directory, dependencies.now(), first.source, Signed(user()))
    return f"The directory was empty; {first.source.name} was loaded: {contents(first.directory)}."


def first_directory(settings: Settings) -> DirectoryFile | None:
    """What an empty directory begins with. Nobody's production begins with made-up centers."""
    if settings.directory:
        return read_directory_file(settings.directory.read_bytes(), str(settings.directory))
    if settings.database:
        return None
    return sample_directory()


def contents(directory: Directory) -> str:
    """How much there is in a directory, in words."""
    return (
        f"{len(directory.partners)} partners, {len(directory.centers)} centers,"
        f" {len(directory.listings)} listings, {len(directory.helplines)} helplines"
    )
