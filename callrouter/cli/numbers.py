"""`callrouter numbers`: whom the carrier asks when our numbers are dialed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypedDict

import click

from callrouter.carrier.http_transport import HttpTransport
from callrouter.carrier.numbers import Kind, NumberAction, NumberResult, carry_out, compare, our_settings
from callrouter.carrier.retry import RetryingTransport
from callrouter.cli.carrier_account import carrier_account
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import NOT_SO, CommandFailure
from callrouter.cli.progress import working
from callrouter.cli.tables import format_option, print_rows
from callrouter.errors import Fault
from callrouter.telephony import CarrierError, CarrierNumbers, LoginRejected


class NumberRow(TypedDict):
    """One setting of a number that is not as it should be, or a number as a whole."""

    number: str
    status: str
    setting: str | None
    is_set: str | None
    should_be: str | None
    outcome: str | None
    """changed, to be changed, or why it could not be"""


@click.group()
def numbers() -> None:
    """The carrier's numbers.

    \b
    Example:
      callrouter numbers sync --dry-run
    """


@numbers.command()
@click.option("--dry-run", is_flag=True, help="Only compare; status 1 where something differs.")
@format_option
@with_dependencies
def sync(dependencies: CommandDependencies, form: str, dry_run: bool) -> None:
    """Point the carrier's numbers at this server.

    Each number of the directory is compared with the account's: who is asked when it is dialed, when that
    fails, and when a call is over. What differs is changed, unless with --dry-run. Numbers of the account
    that the directory does not have are listed and left alone. Ends with status 1 where a number of the
    directory is not pointed here in the end.

    \b
    Example:
      callrouter numbers sync --dry-run
      callrouter numbers sync
    """
    carrier = carrier_account(dependencies.settings, RetryingTransport(HttpTransport(), time.sleep))
    with working("asking the carrier for its numbers"):
        outcomes = list(_outcomes(dependencies, carrier, dry_run=dry_run))
    print_rows(form, tuple(NumberRow.__annotations__), list(_rows(outcomes, dry_run=dry_run)))
    if any(outcome.action.is_open and not outcome.done for outcome in outcomes):
        raise click.exceptions.Exit(NOT_SO)


def actions_for(dependencies: CommandDependencies, carrier: CarrierNumbers) -> list[NumberAction]:
    """What is to be done about the numbers of the directory and of the account. Raises CarrierError."""
    wanted = our_settings(dependencies.settings.public_url)
    return compare(dependencies.directory_in_force().own_numbers, carrier.numbers(), wanted)


def _outcomes(
    dependencies: CommandDependencies, carrier: CarrierNumbers, *, dry_run: bool
) -> Iterable[NumberResult]:
    if not dependencies.directory_in_force().version:
        raise CommandFailure("no directory is loaded: callrouter directory load FILE")
    try:
        actions = actions_for(dependencies, carrier)
    except LoginRejected as error:
        raise Fault(f"{error}: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN do not belong together") from error
    except CarrierError as error:
        raise Fault(f"the account's numbers cannot be read: {error}; ask again later") from error
    return (
        [NumberResult(action, done=False) for action in actions] if dry_run else carry_out(carrier, actions)
    )


def _rows(outcomes: Iterable[NumberResult], *, dry_run: bool) -> Iterator[NumberRow]:
    for outcome in outcomes:
        yield from _rows_of(outcome, _in_words(outcome, dry_run=dry_run))


def _rows_of(outcome: NumberResult, came_of_it: str | None) -> Iterator[NumberRow]:
    action = outcome.action
    for change in action.changes:
        yield NumberRow(
            number=action.number,
            status=action.kind,
            setting=change.setting,
            is_set=change.is_set,
            should_be=change.wanted,
            outcome=came_of_it,
        )
    if not action.changes:
        yield NumberRow(
            number=action.number,
            status=action.kind,
            setting=None,
            is_set=None,
            should_be=None,
            outcome=came_of_it,
        )


def _in_words(outcome: NumberResult, *, dry_run: bool) -> str | None:
    if outcome.action.kind is Kind.GET:
        return "buy it at the carrier, or take it out of the directory"
    if outcome.action.kind is not Kind.POINT:
        return None
    if dry_run:
        return "to be changed"
    return "changed" if outcome.done else outcome.error
