"""Checks settings and database when a process starts. If they do not fit, it prints a sentence and exits.

A database that does not answer stops no process: the web server must take calls without it, and `/readyz` checks
again. A newer schema stops none either, because every process meets one while a release is deployed.
"""

import sys
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import sqlalchemy as sa
import structlog

from callrouter.database import LOGIN, Database, RetryableError
from callrouter.migrations import NewerSchema, StaleSchema, check_role, check_schema
from callrouter.privacy.key_check import WrongVaultKey, know_key
from callrouter.privacy.vault import Vault
from config.core_dumps import forbid_core_dumps
from config.environment import SettingsError
from config.settings import Settings, read_settings
from config.vault import open_vault

NOT_SO, WRONG_SETTINGS = 1, 2

log = structlog.get_logger("config.startup")


def settings_or_exit() -> Settings:
    """The settings of this process, which leaves no core file from now on. Faults are printed on stderr and end it."""
    forbid_core_dumps()
    try:
        return read_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(WRONG_SETTINGS) from None


def check_database_or_exit(settings: Settings) -> None:
    """Exit with a sentence on stderr if the database does not fit this release and these keys."""
    try:
        if _is_of_this_release(settings.database_url):
            with closing(Database(settings.database_url, connections=1)) as database:
                _check_vault_key(database, open_vault(settings))
    except (StaleSchema, WrongVaultKey) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(NOT_SO) from None
    except (sa.exc.SQLAlchemyError, psycopg.Error, RetryableError) as error:
        log.warning("the database does not answer and is not examined", error=type(error).__name__)


def _is_of_this_release(url: str) -> bool:
    """False where it is of a later one. Raises StaleSchema. The application's role may not be there yet."""
    with (
        closing(Database(url, connections=1, role=LOGIN)) as database,
        database.engine.begin() as connection,
    ):
        try:
            check_schema(connection)
        except NewerSchema as error:
            log.warning(str(error))
            return False
        check_role(connection, database.engine.url)
        return True


def _check_vault_key(database: Database, vault: Vault) -> None:
    with database.engine.begin() as connection:
        know_key(connection, vault, datetime.now(UTC))
