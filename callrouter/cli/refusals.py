"""How a command fails: each error has its exit status and, where it can be mended, a message without a traceback.

The one place that maps them: 1, the thing asked for is not so; 2, wrong use.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import click
import psycopg
import sqlalchemy as sa
from alembic.util import CommandError

from callrouter.database import Disturbed
from callrouter.errors import CallRouterError
from config.faults import SettingsError
from config.masking import masked

NOT_SO, WRONG_USE = 1, 2

_NO_SCHEMA = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
_OF_THE_DATABASE = (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error, Disturbed, CommandError)


class Refusal(click.ClickException):
    """The command ends with this message on stderr."""

    def __init__(self, message: str, exit_code: int = NOT_SO) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """The group of all commands; it tells their errors."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SettingsError as error:
            raise Refusal(str(error), WRONG_USE) from error
        except CallRouterError as error:
            raise Refusal(str(error)) from error
        except _OF_THE_DATABASE as error:
            raise Refusal(database_fault(error)) from error


def database_fault(error: Exception) -> str:
    """What is wrong with the database, in one line, with what to do."""
    cause = getattr(error, "orig", None) or error.__cause__ or error
    if isinstance(cause, _NO_SCHEMA) or str(cause).startswith(("no such table", "no such column")):
        return "the database's schema is not up to date: run `callrouter db upgrade`"
    if isinstance(error, CommandError):
        return f"the database's schema is of another release: {error}"
    told = next(iter(str(masked(str(cause))).splitlines()), type(cause).__name__)
    return f"the database cannot be used ({told}): check DATABASE_URL, and that its server runs"
