"""The schema's history, and bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from callrouter.errors import CallRouterError

HERE = Path(__file__).parent


class StaleSchema(CallRouterError):
    """The database has no schema of ours, or that of an earlier release."""


class NewerSchema(CallRouterError):
    """The database has the schema of a later release than this one."""


def configuration(database_url: str) -> Config:
    """Alembic's settings for this database; no file of its own is needed."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Bring the schema up to date; does nothing where it is."""
    command.upgrade(configuration(database_url), "head")


def check_schema(connection: sa.Connection) -> None:
    """Raise StaleSchema or NewerSchema where the schema is not the one that this release works with."""
    revision, newest = current_revision(connection), newest_revision()
    if revision == newest:
        return
    ours = {script.revision for script in ScriptDirectory(HERE).walk_revisions()}
    if revision is None or revision in ours:
        raise StaleSchema("the database's schema is not up to date: run `callrouter db upgrade`")
    raise NewerSchema(
        f"the database's schema is of another release ({revision}, and this one has {newest}):"
        " run that release, or a later one"
    )


def current_revision(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None where it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that an upgrade leads to."""
    return ScriptDirectory(HERE).get_current_head()
