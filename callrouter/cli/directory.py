"""`callrouter directory`: the file of partners, centers, listings and helplines, all or nothing."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.billing.allowances import apply_allowances_of_new_terms
from callrouter.cli.db import contents
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.directory_files import read_file
from callrouter.cli.free_text import REASON
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.versions import diff, in_lines, versions
from callrouter.cli.zones import zone_option
from callrouter.directory.attempts import attempts_that_fit, longest_wait
from callrouter.directory.directory import Directory, Helpline
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.load import LoadResult
from callrouter.directory.proposals.proposal import (
    ListedProposal,
    WaitingProposal,
    load_or_propose,
    proposals,
)
from callrouter.directory.proposals.proposal import approve as approve_proposal
from callrouter.directory.proposals.proposal import withdraw as withdraw_proposal
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.purge import longest_repeat_days
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.wordings import SHIPPED

WAITING = (
    "helpline",
    "seats",
    "max_wait_seconds",
    "greeting_seconds",
    "attempts_that_fit",
    "longest_wait_seconds",
)

_SPOKEN = spoken_seconds(SHIPPED)
"""a file is checked without a database, and so with the texts of the software"""


@click.group()
def directory() -> None:
    """Who answers the telephone, and who pays: the directory file.

    \b
    Example:
      callrouter directory dump > directory.yaml
      callrouter directory check directory.yaml
      callrouter directory diff directory.yaml
      callrouter directory load directory.yaml
    """


@directory.command()
@click.argument("file")
@click.option("--reason", type=REASON, help="Why; it is kept with the version.")
@format_option
@with_dependencies
def load(dependencies: CommandDependencies, file: str, form: str, reason: str | None) -> None:
    """Put a directory file in force, and tell what it changes, value by value.

    FILE is YAML or JSON; - is standard input. With any fault in it nothing is loaded, and every fault is
    told with its line (the first hundred, and how many more). A file that changes what a partner pays, whose
    a number is, or a seat's weight, tier or caps waits, whole, until another person approves it; then the exit
    status is 1.

    \b
    Example:
      callrouter directory load directory.yaml
    """
    with working(f"loading {file}"):
        read = read_file(file, form)
        _refuse_long_repeats(dependencies, read.directory)
        with dependencies.database.engine.begin() as connection:
            loaded = load_or_propose(
                connection, read.directory, dependencies.now(), read.source, user(), reason
            )
    if isinstance(loaded, WaitingProposal):
        _print_proposal(form, loaded)
        raise Fault(_for_another_person(loaded))
    _apply_allowances_of_new_terms(dependencies)
    _tell(form, loaded, contents(read.directory))


@directory.command("proposals")
@click.option("--all", "decided_too", is_flag=True, help="Those that are decided, too.")
@format_option
@zone_option
@with_dependencies
def proposals_(dependencies: CommandDependencies, form: str, zone: tzinfo, *, decided_too: bool) -> None:
    """List the files that wait for a second person, and what in them takes two.

    \b
    Example:
      callrouter directory proposals
      callrouter directory proposals --all --format json
    """
    with dependencies.reading() as connection:
        rows = proposals(connection, decided_too=decided_too)
    print_rows(form, tuple(ListedProposal.__annotations__), rows, zone)


@directory.command()
@click.argument("number", type=int)
@format_option
@with_dependencies
def approve(dependencies: CommandDependencies, number: int, form: str) -> None:
    """Put a proposal in force, as another person than the one who loaded it.

    What it changes is shown before by `diff --proposal NUMBER`.

    \b
    Example:
      callrouter directory approve 3
    """
    with dependencies.database.engine.begin() as connection:
        loaded = approve_proposal(connection, number, dependencies.now(), user())
    _apply_allowances_of_new_terms(dependencies)
    _tell(form, loaded, contents(dependencies.directory_in_force()))


def _refuse_long_repeats(dependencies: CommandDependencies, directory: Directory) -> None:
    """Nobody is recognized for longer than match values are kept."""
    retention, days = dependencies.settings.retention, longest_repeat_days(directory)
    if not retention.covers(days):
        raise Fault(
            f"a rate has repeat_days {days}, and MATCH_RETENTION_MONTHS is {retention.match_months}: a caller would not"
            " be recognized for so long; make repeat_days shorter, or MATCH_RETENTION_MONTHS longer"
        )


def _apply_allowances_of_new_terms(dependencies: CommandDependencies) -> None:
    """A new spend cap is to know what was spent before it."""
    now, directories = dependencies.now(), DirectoryCache()
    dependencies.database.transact(lambda session: apply_allowances_of_new_terms(session, directories, now))


@directory.command()
@click.argument("number", type=int)
@format_option
@with_dependencies
def withdraw(dependencies: CommandDependencies, number: int, form: str) -> None:
    """Take a proposal back, whoever made it; nothing of it comes into force.

    \b
    Example:
      callrouter directory withdraw 3
    """
    with dependencies.database.engine.begin() as connection:
        withdraw_proposal(connection, number, dependencies.now(), user())
    print_result(form, {"proposal": number, "state": "withdrawn"}, f"Proposal {number} is withdrawn.")


@directory.command()
@click.argument("file")
@format_option
def check(file: str, form: str) -> None:
    """Check a directory file: every fault with its line, or how many attempts fit.

    FILE is YAML or JSON; - is standard input. Nothing is loaded. An attempt fits when it ends for certain
    within max_wait_seconds, the greeting and all that is said before it included, in the wordings of version 1.

    \b
    Example:
      callrouter directory check directory.yaml
    """
    with working(f"checking {file}"):
        checked = read_file(file, form).directory
    rows = [_waiting(checked, helpline) for helpline in checked.helplines.values()]
    print_rows(form, WAITING, rows)
    for row in rows:
        if row["longest_wait_seconds"] > row["max_wait_seconds"]:
            click.echo(_waits_longer(row), err=True)
    click.echo(f"{file} is right: {contents(checked)}.", err=True)


def _waiting(checked: Directory, helpline: Helpline) -> dict[str, Any]:
    return {
        "helpline": helpline.key,
        "seats": len(helpline.seats),
        "max_wait_seconds": helpline.max_wait_seconds,
        "greeting_seconds": _SPOKEN.greeting(helpline),
        "attempts_that_fit": attempts_that_fit(checked, helpline, _SPOKEN),
        "longest_wait_seconds": longest_wait(checked, helpline, _SPOKEN),
    }


def _waits_longer(row: dict[str, Any]) -> str:
    """The first attempt is made in any case, so the longest wait can be longer than was asked for."""
    longest = row["longest_wait_seconds"]
    return (
        f"{row['helpline']}: who hears the greeting in each language waits up to {longest} s for the end of the first"
        f" attempt, longer than max_wait_seconds {row['max_wait_seconds']}. Raise it to {longest}, or lower the"
        " centers' ring_seconds."
    )


@directory.command()
@with_dependencies
def dump(dependencies: CommandDependencies) -> None:
    """Print the directory in force as a file; loading it again changes nothing.

    \b
    Example:
      callrouter directory dump > directory.yaml
    """
    click.echo(dump_directory(dependencies.directory_in_force()), nl=False)


def _tell(form: str, loaded: LoadResult, holds: str) -> None:
    if loaded.differences:
        click.echo(in_lines(loaded.differences), err=form != TABLE)
    rows = [
        {"section": section, "added": made.added, "changed": made.changed, "removed": made.removed}
        for section, made in loaded.changes.items()
    ]
    print_rows(form, ("section", "added", "changed", "removed"), rows)
    is_what = "is now" if loaded.changed else "says the same, so nothing has changed, and it stays"
    click.echo(f"Version {loaded.version} {is_what} in force: {holds}.", err=True)


def _print_proposal(form: str, proposal: WaitingProposal) -> None:
    """For programs; people are told in words."""
    row = {
        "proposal": proposal.number,
        "proposed_by": proposal.proposed_by,
        "takes_two": proposal.changes_to_approve,
    }
    if form != TABLE:
        print_rows(form, tuple(row), [row])


def _for_another_person(proposal: WaitingProposal) -> str:
    """Why a file was not put in force, and what puts it in force."""
    changes = "\n".join(f"  {change}" for change in proposal.changes_to_approve)
    return (
        "Nothing of it is in force: it changes who pays what, or who gets the calls, and that takes two persons.\n"
        f"{changes}\n"
        f"The whole file waits as proposal {proposal.number} of {proposal.proposed_by}."
        f" Another person has to approve it:\n  callrouter directory approve {proposal.number}\n"
        f"All that it changes:\n{in_lines(proposal.differences)}"
    )


directory.add_command(diff)
directory.add_command(versions)
