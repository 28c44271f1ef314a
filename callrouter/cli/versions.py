"""`callrouter directory diff` and `versions`: what a file or a version changes, value by value, and who made it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import click
import sqlalchemy as sa

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.directory_files import read_file
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.zones import zone_option
from callrouter.directory.differences import Difference, differences_between
from callrouter.directory.history import ListedVersion, known_version, latest_versions
from callrouter.directory.load import version_in_force
from callrouter.directory.proposals.proposal import changes_in_force, differences_of

_ONE_OF_THREE = "name a FILE, or two versions with --between, or a proposal with --proposal"


@click.command()
@click.argument("file", required=False)
@click.option("--between", nargs=2, type=click.IntRange(0), metavar="V1 V2", help="Two stored versions.")
@click.option("--proposal", type=int, metavar="NUMBER", help="What a proposal changes, or did.")
@format_option
@with_dependencies
def diff(
    dependencies: CommandDependencies,
    form: str,
    file: str | None,
    between: tuple[int, int] | None,
    proposal: int | None,
) -> None:
    """Show what a file would change, value by value, old and new.

    FILE is compared with the directory in force; - is standard input. Nothing is loaded. Version 0 is the
    empty directory.

    \b
    Example:
      callrouter directory diff directory.yaml
      callrouter directory diff --between 3 5
      callrouter directory diff --proposal 2 --format json
    """
    if sum(each is not None for each in (file, between, proposal)) != 1:
        raise click.UsageError(_ONE_OF_THREE)
    with dependencies.reading() as connection:
        if file is not None:
            _print_file(dependencies, connection, file, form)
        elif between is not None:
            before, after = (known_version(connection, version) for version in between)
            print_differences(differences_between(before, after), form)
        elif proposal is not None:
            print_differences(differences_of(connection, proposal), form)


def _print_file(dependencies: CommandDependencies, connection: sa.Connection, file: str, form: str) -> None:
    with working(f"reading {file}"):
        directory = read_file(file, form).directory
        before = known_version(connection, version_in_force(connection))
        differences = differences_between(before, directory)
        for_two = changes_in_force(connection, directory, dependencies.now())
    print_differences(differences, form)
    if for_two:
        click.echo("\n".join(["This takes two persons:", *(f"  {change}" for change in for_two)]), err=True)


def print_differences(differences: Sequence[Difference], form: str) -> None:
    """A line for each difference, or rows for programs."""
    if form != TABLE:
        print_rows(form, Difference._fields, [each._asdict() for each in differences])
    elif differences:
        click.echo(in_lines(differences))
    else:
        click.echo("Nothing differs.", err=True)


def in_lines(differences: Sequence[Difference]) -> str:
    """The text of differences, the same at a load, at an approval, and on request."""
    return "\n".join(each.in_words() for each in differences)


@click.command()
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="So many of them.")
@format_option
@zone_option
@with_dependencies
def versions(dependencies: CommandDependencies, form: str, zone: tzinfo, last: int) -> None:
    """List the directory's versions, the newest first: since when, by whom, and what each changed.

    \b
    Example:
      callrouter directory versions
      callrouter directory versions --last 100 --format jsonl
    """
    with working("reading the versions"), dependencies.reading() as connection:
        rows = latest_versions(connection, last)
    print_rows(form, tuple(ListedVersion.__annotations__), rows, zone)
