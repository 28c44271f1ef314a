"""`callrouter alerts`: what people were alerted to, and whether each alert arrived."""

from __future__ import annotations

from datetime import datetime, tzinfo

import click

from callrouter.alerts.deliver import try_again
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import CommandFailure
from callrouter.cli.parameter_types import MOMENT, Moment
from callrouter.cli.tables import format_option, print_result, print_rows
from callrouter.cli.zones import zone_option
from callrouter.errors import NotKnown
from callrouter.masking import masked
from callrouter.reports.alerts import (
    RECENT,
    AlertDeliveryRow,
    AlertRow,
    alerts_since,
    deliveries_since,
    delivery_of,
)

since_option = click.option(
    "--since", type=MOMENT, metavar="T", help="From this date or time on; 7 days if not given."
)


@click.group()
def alerts() -> None:
    """What a person must be subject: nobody eligible, a center paused, a promise overdue, a message left,
    a process that is not seen.

    \b
    Example:
      callrouter alerts list
      callrouter alerts deliveries
    """


@alerts.command("list")
@since_option
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, since: Moment, form: str, zone: tzinfo) -> None:
    """List recent alerts, and older ones that are still on their way, the newest first.

    \b
    Example:
      callrouter alerts list --since 2026-11-01
    """
    with dependencies.reading() as connection:
        rows = alerts_since(connection, since or _recently(dependencies))
    print_rows(form, tuple(AlertRow.__annotations__), rows, zone)


@alerts.command()
@since_option
@format_option
@zone_option
@with_dependencies
def deliveries(dependencies: CommandDependencies, since: Moment, form: str, zone: tzinfo) -> None:
    """List to whom alerts went, when, and why one did not arrive.

    A delivery that fails is tried again after 5 seconds, 1, 5 and 30 minutes, 2 and 6 hours, and then given up.

    \b
    Example:
      callrouter alerts deliveries --format json
    """
    with dependencies.reading() as connection:
        rows = [
            _without_numbers(row) for row in deliveries_since(connection, since or _recently(dependencies))
        ]
    print_rows(form, tuple(AlertDeliveryRow.__annotations__), rows, zone)


@alerts.command()
@click.argument("delivery", metavar="ID", type=click.IntRange(min=1))
@format_option
@with_dependencies
def retry(dependencies: CommandDependencies, delivery: int, form: str) -> None:
    """Have a delivery tried again at once, by the ID that `callrouter alerts deliveries` shows.

    \b
    Example:
      callrouter alerts retry 12
    """
    now = dependencies.now()
    if not dependencies.database.transact(lambda session: try_again(session, delivery, now)):
        raise _not_tried(dependencies, delivery)
    print_result(form, {"delivery": delivery}, f"Delivery {delivery} will be tried again.")


def _not_tried(dependencies: CommandDependencies, number: int) -> Exception:
    with dependencies.reading() as connection:
        known = delivery_of(connection, number)
    if known is None:
        return NotKnown(f"there is no delivery {number}: `callrouter alerts deliveries` shows them")
    return CommandFailure(f"delivery {number} has arrived; it is not sent twice")


def _recently(dependencies: CommandDependencies) -> datetime:
    return dependencies.now() - RECENT


def _without_numbers(row: AlertDeliveryRow) -> AlertDeliveryRow:
    return {**row, "error": masked(row["error"])}
