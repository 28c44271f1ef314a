"""`callrouter billing rates`: equal partners, equal price, and who deviates from it."""

from __future__ import annotations

from datetime import UTC, date

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.reconcile import a_day
from callrouter.cli.tables import format_option, print_rows
from callrouter.reports.money.rates import RateRow, rate_rows


@click.command()
@click.option(
    "--at", "day", type=ParsedParameter("day", a_day), metavar="DAY", help="A day; without it today, in UTC."
)
@click.option("--deviating", is_flag=True, help="Those alone whose terms are not the usual ones.")
@format_option
@with_dependencies
def rates(dependencies: CommandDependencies, /, form: str, day: date | None, *, deviating: bool) -> None:
    """What each verified partner pays, what in it is not usual, and since when.

    The usual terms of a kind of call are those of most verified partners with the same currency; where two
    are as frequent, those with the lower price.

    \b
    Example:
      callrouter billing rates
      callrouter billing rates --at 2026-11-24 --deviating --format json
    """
    day = day or dependencies.now().astimezone(UTC).date()
    found = rate_rows(dependencies.directory_in_force(), day, only_deviating=deviating)
    print_rows(form, tuple(RateRow.__annotations__), found)
