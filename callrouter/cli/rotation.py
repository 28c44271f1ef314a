"""`callrouter rotation verify`: whether every past pick follows from what it was taken from."""

from __future__ import annotations

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.reports.rotation.rotations import VerifiedRotation, verified_rotations


@click.group()
def rotation() -> None:
    """The rotations of the helplines."""


@rotation.command()
@click.argument("helpline", required=False)
@format_option
@with_dependencies
def verify(dependencies: CommandDependencies, /, form: str, helpline: str | None) -> None:
    """Recompute every past pick of a HELPLINE, or of all, and how far a seat ever was from its fair share.

    It changes nothing. The decisions are taken again in their order, each from the seats that were eligible then.
    `largest_credit` is in calls. Where a stored pick is another one, or the credits are not those that the
    decisions lead to, `agrees` is false and the exit status is 1.

    \b
    Example:
      callrouter rotation verify
      callrouter rotation verify national --format json
    """
    with working("taking the decisions again"), dependencies.reading() as connection:
        rows = list(verified_rotations(connection, helpline))
    if form != TABLE or rows:
        print_rows(form, tuple(VerifiedRotation.__annotations__), rows)
    else:
        click.echo("No decision was taken yet.")
    if not all(row["agrees"] for row in rows):
        raise click.exceptions.Exit(NOT_SO)
