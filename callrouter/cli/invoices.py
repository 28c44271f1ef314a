"""`callrouter billing close|invoices|print`: invoices are issued, listed and printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import TypedDict

import click

from callrouter.billing.period import a_month
from callrouter.cli.given import Given
from callrouter.cli.output import STDOUT, written_to
from callrouter.cli.progress import counted
from callrouter.cli.refusals import NOT_SO
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.toolbox import Toolbox, with_toolbox
from callrouter.cli.user import user
from callrouter.cli.zones import this_month, zone_option
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault
from callrouter.invoices.close import CannotBeClosed, Closed, Closing, close_month
from callrouter.invoices.documents import FORMS, PDF, document
from callrouter.invoices.printing.archive import as_zip
from callrouter.reports.invoices import IssuedInvoice, issued_invoices
from callrouter.reports.partners import known_partners

MONTH = Given("month", a_month)
ARCHIVE = "zip"
CLOSED, OPEN, NOTHING = "closed", "open", "nothing"


class Outcome(TypedDict):
    """What closing came to for one partner: the invoice, or what is to be done before, call by call.

    `state` is `closed`, `open`, or `nothing` for a month that is tried early and has nothing to bill yet.
    """

    partner: str
    state: str
    invoice: str | None
    call: str | None
    why: str | None


@click.command("close")
@click.argument("month", type=MONTH, metavar="YYYY-MM")
@click.option("--partner", help="This partner alone; without it all.")
@click.option(
    "--early", is_flag=True, help="Also where the month is not over: what comes later goes to the next."
)
@format_option
@with_toolbox
def close(toolbox: Toolbox, /, form: str, month: str, partner: str | None, *, early: bool) -> None:
    """Close a month: issue each partner's invoice, with numbers without gaps.

    A partner's month is its own, in its zone. It is not closed as long as a call of it is not explained (it has
    no end, or the carrier's books do not confirm it), a day of it has not been compared with the carrier's
    books, or a month before it is open; each is listed with what to do, and the exit status is 1, while other
    partners are closed all the same. An issued invoice never changes: what comes late is
    posted in the month that is open. Doing it again gives the same invoices; interrupted, it goes on.
    Where the carrier is simulated a month may be closed early, for trying.

    \b
    Example:
      callrouter billing close 2026-10
      callrouter billing close 2026-10 --partner sunrise --format json
    """
    simulated = toolbox.settings.simulated
    directories = DirectoryShelf()
    keys = _partners(toolbox, partner)
    outcomes: list[Outcome] = []
    for key in counted(keys, "partners closed", shown=True):
        closing = Closing(
            key, month, simulated, user(), issuer=toolbox.settings.issuer, early=early or simulated
        )
        outcomes += _close(toolbox, directories, closing)
    told = [one for one in outcomes if form != TABLE or one["invoice"] or one["state"] == OPEN]
    if form != TABLE or told:
        rows = told if form != TABLE else _each_once(told, len(keys))
        print_rows(form, tuple(Outcome.__annotations__), rows)
    if form == TABLE and len(told) < len(outcomes):
        click.echo(f"{len(outcomes) - len(told)} partners without anything to bill.")
    if any(outcome["state"] == OPEN for outcome in outcomes):
        raise click.exceptions.Exit(NOT_SO)


def _each_once(outcomes: Sequence[Outcome], partners: int) -> list[Outcome]:
    """What is so for every partner (days that were not compared) is told once."""
    about_none = Counter(one["why"] for one in outcomes if one["call"] is one["invoice"] is None)
    of_all = {why for why, times in about_none.items() if times == partners > 1}
    once = [
        Outcome(partner="all", state=OPEN, invoice=None, call=None, why=why)
        for why in about_none
        if why in of_all
    ]
    return once + [one for one in outcomes if one["call"] or one["invoice"] or one["why"] not in of_all]


def _partners(toolbox: Toolbox, partner: str | None) -> Sequence[str]:
    with toolbox.reading() as connection:
        keys = known_partners(connection)
    if partner is None:
        return keys
    if partner not in keys:
        raise Fault(f"there is no partner {partner}; known are {', '.join(keys)}")
    return [partner]


def _close(toolbox: Toolbox, directories: DirectoryShelf, closing: Closing) -> list[Outcome]:
    now = toolbox.now()
    try:
        closed = toolbox.database.transact(
            partial(close_month, directories=directories, closing=closing, now=now)
        )
    except CannotBeClosed as refused:
        return _refused(closing, refused)
    return _issued(closing, closed)


def _refused(closing: Closing, refused: CannotBeClosed) -> list[Outcome]:
    calls: list[tuple[str | None, str]] = [(call.call, call.why) for call in refused.calls]
    calls = calls or [(None, str(refused))]
    return [
        Outcome(partner=closing.partner, state=OPEN, invoice=None, call=call, why=why) for call, why in calls
    ]


def _issued(closing: Closing, closed: Closed) -> list[Outcome]:
    if closed.stays_open:
        return [Outcome(partner=closing.partner, state=NOTHING, invoice=None, call=None, why="nothing yet")]
    names = closed.invoices or (None,)
    why = None if closed.just_now else "it was closed before"
    return [
        Outcome(
            partner=closing.partner,
            state=CLOSED,
            invoice=name,
            call=None,
            why=why if name else why or "nothing was entered",
        )
        for name in names
    ]


@click.command("invoices")
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Of this month alone.  [default: all months]")
@click.option("--partner", help="Of this partner alone.")
@format_option
@zone_option
@with_toolbox
def invoices(toolbox: Toolbox, /, form: str, zone: tzinfo, month: str | None, partner: str | None) -> None:
    """List the invoices that were issued.

    \b
    Example:
      callrouter billing invoices
      callrouter billing invoices --month 2026-10 --format csv
    """
    with toolbox.reading() as connection:
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
@with_toolbox
def print_(
    toolbox: Toolbox, /, names: tuple[str, ...], month: str | None, printed_as: str, output: str
) -> None:
    """Print an invoice as PDF, CSV or XLSX, or several in all of these forms as one archive (zip).

    Printed again it is the same bytes.

    \b
    Example:
      callrouter billing print INV-000017 --to invoice.pdf
      callrouter billing print --month 2026-10 --format zip --to october.zip
    """
    if not names:
        month = month or this_month(toolbox.now(), UTC)
    with toolbox.reading() as connection:
        known = {row["invoice"]: row for row in issued_invoices(connection, month)}
    wanted = tuple(dict.fromkeys(names or known))
    for name in wanted:
        if name not in known:
            raise Fault(f"there is no invoice {name}: callrouter billing invoices lists them")
    if not wanted and printed_as == ARCHIVE:
        raise Fault(f"there is no invoice to print of {month}: callrouter billing invoices lists them")
    content = (
        _archive(toolbox, [known[name] for name in wanted])
        if printed_as == ARCHIVE
        else _one(toolbox, wanted, printed_as)
    )
    with written_to(output) as file:
        file.write(content)
    if output != STDOUT:
        click.echo(f"{len(wanted)} printed to {output}.")


def _one(toolbox: Toolbox, names: Sequence[str], form: str) -> bytes:
    if len(names) != 1:
        raise click.UsageError("name one invoice, or print several with --format zip")
    return document(toolbox.database, names[0], form, toolbox.now())


def _archive(toolbox: Toolbox, rows: Sequence[IssuedInvoice]) -> bytes:
    at = max(row["issued_at"] for row in rows)
    printed = (
        (
            f"{row['invoice']}-{row['partner']}-{row['period']}.{form}",
            document(toolbox.database, row["invoice"], form, toolbox.now()),
        )
        for row in counted(rows, "invoices printed", shown=True)
        for form in FORMS
    )
    return as_zip(printed, at)
