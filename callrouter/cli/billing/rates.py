"""`callrouter billing rates`: equal partners, equal price, and who deviates from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.reconcile import a_day
from callrouter.cli.tables import format_option, print_rows
from callrouter.directory.directory import MONTHLY
from callrouter.directory.document import PER_CALL_TERMS
from callrouter.directory.proposals.equal_price import Standing, Terms, standings
from callrouter.money import Money

COLUMNS = ("partner", "kind", "currency", "price", *PER_CALL_TERMS, "deviations", "since")


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
    found = standings(dependencies.directory_in_force(), day)
    print_rows(form, COLUMNS, [_row(each) for each in found if each.deviates_since or not deviating])


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "partner": standing.partner,
        "kind": standing.kind,
        "currency": standing.currency,
        **_in_words(standing, standing.terms),
        "deviations": list(_deviations(standing)),
        "since": standing.deviates_since and standing.deviates_since.isoformat(),
    }


def _in_words(standing: Standing, terms: Terms) -> dict[str, Any]:
    """The terms by their keys in the file; a flat fee has none for single calls."""
    price = Money(terms.price_minor, standing.currency).decimal()
    of_calls = {name: None if standing.kind == MONTHLY else getattr(terms, name) for name in PER_CALL_TERMS}
    return {"price": price, **of_calls}


def _deviations(standing: Standing) -> Iterator[str]:
    own, usual = (_in_words(standing, terms) for terms in (standing.terms, standing.usual))
    for name, value in own.items():
        if value != usual[name]:
            yield f"{name.replace('_', ' ')} {value} instead of {usual[name]}"
