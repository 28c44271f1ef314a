"""`callrouter billing send|deliveries`: invoices are e-mailed, once more too, and whether they have arrived."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.errors import Fault
from callrouter.invoices.read import read_invoice
from callrouter.invoices.send import ask_to_send
from callrouter.mailbox import mailbox
from callrouter.masking import masked
from callrouter.reports.money.deliveries import ListedDelivery, invoice_deliveries

ADDRESS = ParsedParameter("address", mailbox)


@click.command()
@click.argument("name", metavar="INVOICE")
@click.option("--to", "address", type=ADDRESS, help="To somebody else than the partner's billing_email.")
@confirmation_options
@format_option
@with_dependencies
def send(
    dependencies: CommandDependencies,
    /,
    form: str,
    name: str,
    address: str | None,
    *,
    confirmation: ActOptions,
) -> None:
    """Have an invoice e-mailed once more, with its PDF and CSV, or to somebody else.

    A worker sends it; one that is on its way to the same address is only tried at once. Invoices are sent by
    themselves when a month is closed, to partners with a billing_email.

    \b
    Example:
      callrouter billing send INV-000017
      callrouter billing send INV-000017 --to accountant@sunrise.example
    """
    to, now = address or _billing_email(dependencies, name), dependencies.now()
    waits = (
        [] if dependencies.settings.invoice_from else ["It waits until INVOICE_FROM and SMTP_URL are set."]
    )
    answer = ActOutput[int](
        form,
        lambda number: [f"{name} is to be sent to {to}, delivery {number}.", *waits],
        lambda number: {"invoice": name, "to": to, "delivery": number, "waits_for_settings": bool(waits)},
    )
    carry_out(dependencies, confirmation, lambda session: ask_to_send(session, name, to, user(), now), answer)


def _billing_email(dependencies: CommandDependencies, name: str) -> str:
    with dependencies.reading() as connection:
        partner = read_invoice(connection, name).partner
    found = dependencies.directory_in_force().partners.get(partner)
    if found is None or not found.billing_email:
        raise Fault(f"the directory has no billing_email of {partner}: say where to with --to")
    return found.billing_email


@click.command()
@click.option(
    "--open",
    "only_open",
    is_flag=True,
    help="Those alone that wait, or were given up and not asked for again.",
)
@format_option
@zone_option
@with_dependencies
def deliveries(dependencies: CommandDependencies, /, form: str, zone: tzinfo, *, only_open: bool) -> None:
    """List to whom invoices were sent, who asked for it, and what each delivery waits for.

    One that fails is tried again after 1 and 10 minutes, 1 and 6 hours, a day and another, and then given up;
    `callrouter billing send` has it sent all the same.

    \b
    Example:
      callrouter billing deliveries
      callrouter billing deliveries --open --format csv
    """
    has_sender = dependencies.settings.invoice_from is not None
    with dependencies.reading() as connection:
        found = invoice_deliveries(connection, dependencies.now(), has_sender=has_sender, only_open=only_open)
        rows = [_without_numbers(row) for row in found]
    print_rows(form, tuple(ListedDelivery.__annotations__), rows, zone)


def _without_numbers(row: ListedDelivery) -> ListedDelivery:
    return {**row, "error": masked(row["error"])}
