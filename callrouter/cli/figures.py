"""`callrouter figures recount`: whether the totals that reports and counts add up are those of the rows."""

from __future__ import annotations

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.figures.recount import FigureDifference, differences


@click.group()
def figures() -> None:
    """The totals that reports and counts are made of."""


@figures.command()
@format_option
@with_dependencies
def recount(dependencies: CommandDependencies, form: str) -> None:
    """Compare the totals of days and hours with a recount of all calls and ledger entries.

    It changes nothing. The database keeps the totals itself, whatever writes calls and entries, so they can only
    differ after a change that went around its triggers. Each figure that differs is listed, and the exit status
    is 1.

    \b
    Example:
      callrouter figures recount
      callrouter figures recount --format json
    """
    with working("recounting calls and entries"), dependencies.reading() as connection:
        found = differences(connection)
    if form != TABLE or found:
        print_rows(form, FigureDifference._fields, [one._asdict() for one in found])
    else:
        click.echo("The totals are those of the calls and entries.")
    if found:
        raise click.exceptions.Exit(NOT_SO)
