"""`callrouter billing invoices|print`: invoices are listed and printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

import click

from callrouter.billing.period import parse_month
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.output import STDOUT, written_to
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.progress import counted
from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.when_logged import when_logged
from callrouter.cli.zones import this_month, zone_option
from callrouter.errors import Fault
from callrouter.invoices.documents import FORMS, PDF, document
from callrouter.invoices.printing.archive import as_zip
from callrouter.reports.money.invoices import IssuedInvoice, issued_invoices

MONTH = ParsedParameter("month", parse_month)
ARCHIVE = "zip"


@click.command("invoices")
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Of this month alone.  [default: all months]")
@click.option("--partner", help="Of this partner alone.")
@format_option
@zone_option
@with_dependencies
def invoices(
    dependencies: CommandDependencies, /, form: str, zone: tzinfo, month: str | None, partner: str | None
) -> None:
    """List the invoices that were issued.

    \b
    Example:
      callrouter billing invoices
      callrouter billing invoices --month 2026-10 --format csv
    """
    with dependencies.reading() as connection:
        rows = list(issued_invoices(connection, month, partner))
    print_rows(form, tuple(IssuedInvoice.__annotations__), rows, zone)


@click.command("print")
@click.argument("names", nargs=-1, metavar="[INVOICE]…")
@click.option(
    "--month", type=MONTH, metavar="YYYY-MM", help="All of this month.  [default: the one that it is in UTC]"
)
@click.option("--format", "printed_as", type=click.Choice((*FORMS, ARCHIVE)), default=PDF, show_default=True)
@click.option(
    "--to", "output", required=True, metavar="FILE", help="Where to, all or nothing; - is standard output."
)
@with_dependencies
def print_(
    dependencies: CommandDependencies,
    /,
    names: tuple[str, ...],
    month: str | None,
    printed_as: str,
    output: str,
) -> None:
    """Print an invoice as PDF, CSV or XLSX, or several in all of these forms as one archive (zip).

    Printed again it is the same bytes.

    \b
    Example:
      callrouter billing print INV-000017 --to invoice.pdf
      callrouter billing print --month 2026-10 --format zip --to october.zip
    """
    if not names:
        month = month or this_month(dependencies.now(), UTC)
    with dependencies.reading() as connection:
        known = {row["invoice"]: row for row in issued_invoices(connection, month)}
    wanted = tuple(dict.fromkeys(names or known))
    for name in wanted:
        if name not in known:
            raise Fault(f"there is no invoice {name}: callrouter billing invoices lists them")
    if not wanted and printed_as == ARCHIVE:
        raise Fault(f"there is no invoice to print of {month}: callrouter billing invoices lists them")
    content = (
        _archive(dependencies, [known[name] for name in wanted])
        if printed_as == ARCHIVE
        else _one(dependencies, wanted, printed_as)
    )
    with written_to(output) as file:
        file.write(content)
    if output != STDOUT:
        click.echo(f"{len(wanted)} printed to {output}.")


def _one(dependencies: CommandDependencies, names: Sequence[str], form: str) -> bytes:
    if len(names) != 1:
        raise click.UsageError("name one invoice, or print several with --format zip")
    return _document(dependencies, names[0], form)


def _archive(dependencies: CommandDependencies, rows: Sequence[IssuedInvoice]) -> bytes:
    at = max(row["issued_at"] for row in rows)
    printed = (
        (
            f"{row['invoice']}-{row['partner']}-{row['period']}.{form}",
            _document(dependencies, row["invoice"], form),
        )
        for row in counted(rows, "invoices printed", shown=True)
        for form in FORMS
    )
    return as_zip(printed, at)


def _document(dependencies: CommandDependencies, name: str, form: str) -> bytes:
    return when_logged(lambda: document(dependencies.database, name, form, dependencies.now()))
