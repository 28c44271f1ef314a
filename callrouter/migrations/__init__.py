"""The schema's history, and bringing a database up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent


def configuration(database_url: str) -> Config:
    """Alembic's settings for this database; no file of its own is needed."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Bring the schema up to date; does nothing where it is."""
    command.upgrade(configuration(database_url), "head")


def newest_revision() -> str | None:
    """The revision that an upgrade leads to."""
    return ScriptDirectory(HERE).get_current_head()
