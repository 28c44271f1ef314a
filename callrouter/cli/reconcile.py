"""`callrouter reconcile`: our records against the carrier's."""

from __future__ import annotations

import time
from datetime import UTC, date, timedelta, tzinfo
from typing import Any

import click

from callrouter.carrier.http_transport import HttpTransport
from callrouter.carrier.retry import RetryingTransport
from callrouter.cli.carrier_account import carrier_account
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.progress import working
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.zones import zone_option
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.reconciliation.context import ReconciliationContext
from callrouter.reconciliation.reconcile import reconcile as compare
from callrouter.reports.money.differences import DifferenceRow, differences, is_unexplained, reconciled_day
from callrouter.routing.memory import RoutingMemory
from callrouter.telephony import CarrierError


def a_day(written: str) -> date:
    """A day that was written. Raises ValueError where it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is not a day: write it as 2026-11-24") from None


@click.command()
@click.option(
    "--day", type=ParsedParameter("day", a_day), metavar="D", help="A day in UTC; without it yesterday."
)
@format_option
@zone_option
@with_dependencies
def reconcile(dependencies: CommandDependencies, /, form: str, zone: tzinfo, day: Any) -> None:
    """Compare a day with the carrier's own list of calls.

    Charges that the carrier's records confirm become `confirmed`. Calls that ended there end here, and another
    length of talk is put right, with what follows for the charge. The rest is listed for staff; until they
    have explained it (`callrouter differences explain`), the exit status is 1. Doing it again changes nothing.

    \b
    Example:
      callrouter reconcile --day 2026-11-24
      callrouter reconcile --format json
    """
    day = day or (dependencies.now().astimezone(UTC).date() - timedelta(days=1))
    carrier = carrier_account(dependencies.settings, RetryingTransport(HttpTransport(), time.sleep))
    context = ReconciliationContext(
        dependencies.database, carrier, DirectoryCache(), RoutingMemory(), dependencies.now
    )
    with working(f"reading the calls of {day} at the carrier"):
        try:
            compare(context, day)
        except CarrierError as error:
            raise Fault(f"the carrier's records cannot be read: {error}; ask again later") from error
    with dependencies.reading() as connection:
        rows, found = list(differences(connection, day)), reconciled_day(connection, day)
    for_staff = sum(map(is_unexplained, rows))
    if form != TABLE or rows:
        print_rows(form, tuple(DifferenceRow.__annotations__), rows, zone)
    if form == TABLE:
        cost = f", which cost {found['cost']}" if found["calls"] else ""
        click.echo(
            f"{found['calls']} calls on {found['day']}{cost}; {len(rows)} differences, {for_staff} of them for staff."
        )
    if for_staff:
        raise click.exceptions.Exit(NOT_SO)
