"""The schema's history, and bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from callrouter.database.roles import PARTNER, login_of, may_become, role_of
from callrouter.errors import CallRouterError

HERE = Path(__file__).parent


class StaleSchema(CallRouterError):
    """The database has no schema of ours, or that of an earlier release."""


class RoleMissing(StaleSchema):
    """The database lacks a role of ours, or whoever connects may not work as it."""


class NewerSchema(CallRouterError):
    """The database has the schema of a later release than this one."""


def configuration(database_url: str, owner_url: str | None = None) -> Config:
    """Alembic's settings for this database; no file of its own is needed. See `upgrade`."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = database_url
    config.attributes["owner_url"] = owner_url or database_url
    return config


def upgrade(database_url: str, owner_url: str | None = None) -> None:
    """Bring the schema up to date; does nothing where it is.

    The login of `owner_url` owns the tables; that of `database_url`, by default the same, works as the application.
    Raises RoleNotMade.
    """
    command.upgrade(configuration(database_url, owner_url), "head")


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


def check_role(connection: sa.Connection, url: sa.URL) -> None:
    """Raise RoleMissing where whoever connects by this URL cannot work as the roles of application and partners."""
    login = login_of(url)
    for role in (role_of(url), role_of(url, PARTNER)):
        if not may_become(connection, login, role):
            raise RoleMissing(f"{login} cannot work as the role {role} yet: run `callrouter db upgrade`")


def current_revision(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None where it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that an upgrade leads to."""
    return ScriptDirectory(HERE).get_current_head()
