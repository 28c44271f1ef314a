"""Maps errors of commands to exit statuses and messages: 1, the thing asked for is not so; 2, wrong use."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import psycopg
import sqlalchemy as sa
from alembic.util import CommandError

from callrouter.cli.output import let_go_of_standard_output
from callrouter.database import RetryableError
from callrouter.errors import CallRouterError
from callrouter.masking import masked
from config.environment import SettingsError

NOT_SO, WRONG_USE = 1, 2
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""the system's errors for a full disk, also on standard output"""

_NO_SCHEMA = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
OF_THE_DATABASE = (sa.exc.SQLAlchemyError, psycopg.Error, RetryableError, CommandError)
EXPECTED_ERRORS = (SettingsError, CallRouterError, *OF_THE_DATABASE)


class CommandFailure(click.ClickException):
    """The thing asked for is not so. The command ends with this message on stderr."""

    exit_code = NOT_SO

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class WrongUsage(CommandFailure):
    """The command cannot be run like this."""

    exit_code = WRONG_USE


class DatabaseNotRunning(CallRouterError):
    """The embedded database does not run: what was found, and how to mend it."""

    def __init__(self, data_dir: Path) -> None:
        self.found = f"the embedded database in {data_dir} does not run"
        self.mend = "start `make run` in this directory, or set DATABASE_URL"
        super().__init__(f"{self.found}: {self.mend}")


@contextmanager
def failing_with_message() -> Iterator[None]:
    """Replace each error that a person can mend by a CommandFailure."""
    try:
        yield
    except EXPECTED_ERRORS as error:
        raise failure_for(error) from error
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        let_go_of_standard_output()
        raise failure_for(error) from error


def failure_for(error: Exception) -> CommandFailure:
    """The failure for an error."""
    if isinstance(error, SettingsError):
        return WrongUsage(str(error))
    if isinstance(error, CallRouterError):
        return CommandFailure(str(error))
    if isinstance(error, OSError):
        return CommandFailure(
            f"what was to be cause cannot be written: {error.strerror}; what was done stays done"
        )
    return CommandFailure(": ".join(database_fault(error)))


def database_fault(error: Exception) -> tuple[str, str]:
    """What is wrong with the database in one line, and what to do."""
    cause = _first_cause(error)
    if isinstance(cause, _NO_SCHEMA):
        return "the database's schema is not up to date", "run `callrouter db upgrade`"
    if isinstance(error, CommandError):
        return f"the database's schema is of another release ({error})", "run that release, or a later one"
    line = next(iter(str(masked(str(cause))).splitlines()), type(cause).__name__)
    return f"the database cannot be used ({line})", "check DATABASE_URL, and that its server runs"


def _first_cause(error: BaseException) -> BaseException:
    """The driver's error, without its wrappers."""
    cause = getattr(error, "orig", None) or error.__cause__
    # The driver may have raised an error from itself.
    return error if cause is None or cause is error else _first_cause(cause)
