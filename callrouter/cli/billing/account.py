"""`callrouter billing balance|statement|adjust|record-payment`: the partners' accounts, and manual entries in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from callrouter.billing.manual_entries import ManualEntry
from callrouter.billing.manual_entries import adjust as adjust_account
from callrouter.billing.manual_entries import record_payment as record_payment_in_ledger
from callrouter.billing.period import parse_month
from callrouter.cli.billing.effect import enter
from callrouter.cli.confirmation import ActOptions, ActOutput, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON, REFERENCE
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.tables import TABLE, format_option, print_rows
from callrouter.cli.user import user
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import NotKnown
from callrouter.money import MINOR_UNITS, Money
from callrouter.reports.money.statement import Balance, StatementLine, balances
from callrouter.reports.money.statement import statement as read_statement
from callrouter.reports.partners import known_partners

MONTH = ParsedParameter("month", parse_month)
_AMOUNTS = frozenset({"charged", "credited", "adjusted", "fees", "paid", "amount", "balance"})
SHOWN = ("day", "what", "call", "why", "invoice", "amount", "balance", "currency", "simulated")
CURRENCY = click.option(
    "--currency", type=click.Choice(tuple(MINOR_UNITS)), help="Where the account has several, or none yet."
)


@click.command()
@click.argument("partner", required=False)
@format_option
@with_dependencies
def balance(dependencies: CommandDependencies, /, form: str, partner: str | None) -> None:
    """What each partner owes: its charges, credits, adjustments, fees and payments, and what they come to.

    What is owed to the partner is below zero. What was only simulated has accounts of its own.

    \b
    Example:
      callrouter billing balance
      callrouter billing balance sunrise --format json
    """
    with dependencies.reading() as connection:
        if partner:
            known(known_partners(connection), partner)
        rows = list(balances(connection, partner))
    _print(form, tuple(Balance.__annotations__), rows)


@click.command()
@click.argument("partner")
@click.option("--from", "since", type=MONTH, metavar="YYYY-MM", help="Its first month; without it all.")
@click.option("--to", "until", type=MONTH, metavar="YYYY-MM", help="Its last month.")
@format_option
@with_dependencies
def statement(
    dependencies: CommandDependencies, /, form: str, partner: str, since: str | None, until: str | None
) -> None:
    """A partner's account entry by entry, with the balance before, after each, and at the end.

    Each entry stands on the partner's day that it counts for. A credit and a payment are below zero.

    \b
    Example:
      callrouter billing statement sunrise
      callrouter billing statement sunrise --from 2026-10 --to 2026-11 --format csv
    """
    if since and until and since > until:
        raise click.UsageError(f"--from {since} is after --to {until}")
    with dependencies.reading() as connection:
        known(known_partners(connection), partner)
        rows = list(read_statement(connection, partner, since, until))
    _print(form, SHOWN if form == TABLE else tuple(StatementLine.__annotations__), rows)


@click.command()
@click.argument("partner")
@click.argument("amount", metavar="12.50")
@click.option("--off", is_flag=True, help="Take it off what the partner owes; without it, it is added.")
@click.option("--reason", "why", type=REASON, required=True, help="Why; the partner reads it.")
@CURRENCY
@confirmation_options
@format_option
@with_dependencies
def adjust(  # noqa: PLR0913 - what its command line says
    dependencies: CommandDependencies,
    /,
    form: str,
    partner: str,
    amount: str,
    why: str,
    currency: str | None,
    *,
    off: bool,
    confirmation: ActOptions,
) -> None:
    """Add an amount to what a partner owes, or take it off with --off. It is about no call: see `credit`.

    Nothing is changed or deleted: it is an entry of its own, in the month of now, and stands on its invoice.

    \b
    Example:
      callrouter billing adjust sunrise 12.50 --reason "a second copy of the contract"
      callrouter billing adjust sunrise 12.50 --off --reason "agreed after the outage of 3 November"
    """
    wanted = ManualEntry(partner, amount, why, user(), dependencies.settings.simulated, currency)
    now, directories = dependencies.now(), DirectoryCache()
    what = "taken off what" if off else "added to what"
    enter(
        dependencies,
        confirmation,
        lambda session: adjust_account(session, directories, wanted, now, off=off),
        ActOutput(
            form,
            lambda entered: [f"{Money(abs(entered.minor), entered.currency)} {what} {partner} owes."],
            lambda entered: {"partner": partner, **entered.facts()},
        ),
    )


@click.command("record-payment")
@click.argument("partner")
@click.argument("amount", metavar="350.00")
@click.option(
    "--reference",
    type=REFERENCE,
    required=True,
    help="What tells it from all others: the bank's, or the number of a cheque.",
)
@CURRENCY
@confirmation_options
@format_option
@with_dependencies
def record_payment(  # noqa: PLR0913 - what its command line says
    dependencies: CommandDependencies,
    /,
    form: str,
    partner: str,
    amount: str,
    reference: str,
    currency: str | None,
    *,
    confirmation: ActOptions,
) -> None:
    """Record a payment that came in from a partner.

    The same reference is entered once for a partner, in capitals or not.

    \b
    Example:
      callrouter billing record-payment sunrise 350.00 --reference "wire 2026-11-24 0017"
    """
    wanted = ManualEntry(partner, amount, reference, user(), dependencies.settings.simulated, currency)
    now, directories = dependencies.now(), DirectoryCache()
    enter(
        dependencies,
        confirmation,
        lambda session: record_payment_in_ledger(session, directories, wanted, now),
        ActOutput(
            form,
            lambda paid: [f"{paid} of {partner} entered."],
            lambda paid: {"partner": partner, **paid.facts(), "reference": reference},
        ),
    )


def known(partners: Sequence[str], partner: str) -> None:
    """Raises NotKnown where there never was such a partner."""
    if partner not in partners:
        raise NotKnown(f"there is no partner {partner}; known are {', '.join(partners) or 'none yet'}")


def _print(form: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows with amounts. In CSV they are numbers: text that begins with a minus would be taken for a formula."""
    if form == "csv":
        rows = [{name: _number(name, value) for name, value in row.items()} for row in rows]
    print_rows(form, columns, rows)


def _number(name: str, value: Any) -> Any:
    return Decimal(value) if name in _AMOUNTS and value is not None else value
