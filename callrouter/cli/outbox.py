"""`callrouter outbox`: facts that kept failing and were set aside, so that the others flow."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.tables import format_option, print_result, print_rows
from callrouter.cli.zones import zone_option
from callrouter.events.settle import try_again
from callrouter.masking import masked
from callrouter.reports.waiting import FailedFact, facts_set_aside


@click.group()
def outbox() -> None:
    """Facts that wait to be worked off and kept failing.

    \b
    Example:
      callrouter outbox list
      callrouter outbox retry
    """


@outbox.command("list")
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, form: str, zone: tzinfo) -> None:
    """List the facts that kept failing and were set aside.

    \b
    Example:
      callrouter outbox list --format json
    """
    with dependencies.reading() as connection:
        rows = [_without_numbers(fact) for fact in facts_set_aside(connection)]
    print_rows(form, tuple(FailedFact.__annotations__), rows, zone)


@outbox.command()
@format_option
@with_dependencies
def retry(dependencies: CommandDependencies, form: str) -> None:
    """Have the facts that were set aside tried again.

    \b
    Example:
      callrouter outbox retry && callrouter drain
    """
    count = dependencies.database.transact(try_again)
    print_result(form, {"facts": count}, f"{count} facts will be tried again.")


def _without_numbers(fact: FailedFact) -> FailedFact:
    return {**fact, "error": masked(fact["error"])}
