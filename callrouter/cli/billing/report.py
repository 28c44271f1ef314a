"""`callrouter billing report`: what calls and money of months come to."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.billing.period import parse_month
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.zones import this_month, zone_option
from callrouter.reports.money.monthly import GROUPINGS, columns, has_parts, monthly
from callrouter.reports.money.sums import ReportFigures
from callrouter.sheets.text import as_json

MONTH = ParsedParameter("month", parse_month)


@click.command()
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Each partner's own.  [default: this month]")
@click.option("--through", type=MONTH, metavar="YYYY-MM", help="All months from --month to this one.")
@click.option(
    "--by",
    type=click.Choice(tuple(GROUPINGS)),
    multiple=True,
    help="What there is a row for; several make rows for each combination. [default: partner and kind]",
)
@format_option
@zone_option
@with_dependencies
def report(
    dependencies: CommandDependencies,
    /,
    form: str,
    zone: tzinfo,
    month: str | None,
    through: str | None,
    by: tuple[str, ...],
) -> None:
    """Calls, what was charged and credited, and what the carrier took, of a month or of several.

    The amounts of a month are those of its invoices. By partner or center, `calls` of a row are those for which
    it was rung, or that it returned, so a call that two had stands in two rows. The totals count each call once:
    with the partner that took it, else with the first that was rung. Without --by, calls for
    which nobody was rung are left out. `carrier cost` is of as many calls as `calls_with_cost` says. What was only
    simulated stands in rows of its own. A month is each partner's own, in its zone; without --month it is the one
    that it is now in --zone.

    \b
    Example:
      callrouter billing report
      callrouter billing report --month 2026-11 --format json
      callrouter billing report --month 2026-01 --through 2026-11 --by month --by helpline --format csv
    """
    month = month or this_month(dependencies.now(), zone)
    if through and through < month:
        raise click.UsageError(f"--through is before --month {month}")
    asked = tuple(dict.fromkeys(by))
    with dependencies.reading() as connection:
        found = monthly(connection, month, through, asked)
    if form == "json":
        click.echo(as_json(found, indent=2))
        return
    click.echo(f"Month {month}{f' through {through}' if through else ''}.", err=True)
    print_rows(form, columns(asked), found["rows"])
    for total in found["totals"] if form == TABLE else ():
        click.echo(_in_words(total, has_parts(asked)))


def _in_words(total: ReportFigures, with_each_partner: bool) -> str:
    currency = total["currency"] or ""
    counted = ", each counted once (in the rows with each partner that had it)" if with_each_partner else ""
    parts = [
        f"{total['calls']} calls{' (simulated)' if total['simulated'] else ''}{counted}",
        f"{total['answered']} answered",
        f"{total['promised']} promised",
        f"{total['kept']} kept",
        f"{total['charged']} charged",
        f"{total['amount']} {currency} entered to be paid, fees and adjustments included".replace("  ", " "),
        f"{total['credited']} taken off",
    ]
    if total["carrier_cost"]:
        parts.append(f"{total['calls_with_cost']} cost {total['carrier_cost']} {total['cost_currency']}")
    return ", ".join(parts)
