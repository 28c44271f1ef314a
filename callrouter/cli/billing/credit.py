"""`callrouter billing credit`: a charge that a partner need not pay."""

from __future__ import annotations

import click

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.manual_entries import CreditRequest
from callrouter.billing.manual_entries import credit as credit_call
from callrouter.cli.billing.effect import enter
from callrouter.cli.confirmation import ActOptions, ActOutput, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.tables import format_option
from callrouter.cli.user import user
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.money import parse_amount
from callrouter.reports.calls.find_call import find_call


@click.command()
@click.argument("callsid")
@click.option("--reason", type=REASON, required=True, help="Why; the partner reads it.")
@click.option("--amount", metavar="35.00", help="A part of the charge; without it all that is left.")
@confirmation_options
@format_option
@with_dependencies
def credit(
    dependencies: CommandDependencies,
    /,
    form: str,
    callsid: str,
    reason: str,
    amount: str | None,
    *,
    confirmation: ActOptions,
) -> None:
    """Credit a charge, or a part of it. What was free because of that charge is rated anew.

    Each call whose charge changes is shown, before and after, and so is the balance: a repeat that was free because
    of the charge may have to be paid now. On a terminal that is shown first, and asked about.

    Nothing is changed or deleted: the credit is an entry of its own. It counts for the day of the charge while that
    month is open, and else for today, within the first month that is open.

    \b
    Example:
      callrouter billing credit CA0123 --reason "the line was bad"
      callrouter billing credit CA0123 --reason "the line was bad" --dry-run
      callrouter billing credit CA0123 --amount 10.00 --reason "agreed with the partner"
    """
    with dependencies.reading() as connection:
        call = find_call(connection, callsid)
    wish = CreditRequest(call, _minor(dependencies, call, amount), reason, user())
    now, directories = dependencies.now(), DirectoryCache()
    enter(
        dependencies,
        confirmation,
        lambda session: credit_call(session, directories, wish, now),
        ActOutput(
            form,
            lambda credited: [f"{credited} credited for {call}."],
            lambda credited: {"call": call, **credited.facts()},
        ),
    )


def _minor(dependencies: CommandDependencies, call: str, amount: str | None) -> int | None:
    """An amount in the currency that the call was charged in."""
    if amount is None:
        return None
    charged = dependencies.database.transact(lambda session: charged_calls(session, [call])).get(call)
    try:
        return parse_amount(amount, charged.charge.currency) if charged else 0
    except ValueError as error:
        raise Fault(f"--amount: {error}") from error
