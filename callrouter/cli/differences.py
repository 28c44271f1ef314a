"""`callrouter differences`: where the carrier's records and ours differ, and what staff say about it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.parameter_types import ParsedParameter
from callrouter.cli.reconcile import a_day
from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.reconciliation.findings import Key
from callrouter.reconciliation.findings import explain as explain_call
from callrouter.reports.money.differences import DifferenceRow, whole_sid
from callrouter.reports.money.differences import differences as listed


@click.group()
def differences() -> None:
    """Where the carrier's records and ours differ, and what staff say about it.

    \b
    Example:
      callrouter differences list
    """


@differences.command("list")
@click.option(
    "--day", type=ParsedParameter("day", a_day), metavar="D", help="A day in UTC; without it all days."
)
@click.option("--all", "settled_too", is_flag=True, help="Those that were put right or explained, too.")
@format_option
@zone_option
@with_dependencies
def list_(
    dependencies: CommandDependencies, /, form: str, zone: tzinfo, day: Any, *, settled_too: bool
) -> None:
    """List what staff have to explain: calls that one side does not have, or that ended otherwise there.

    \b
    Example:
      callrouter differences list
      callrouter differences list --day 2026-11-24 --all --format json
    """
    with dependencies.reading() as connection:
        rows = list(listed(connection, day, settled_too=settled_too))
    print_rows(form, tuple(DifferenceRow.__annotations__), rows, zone)


@differences.command()
@click.argument("callsid")
@click.option("--reason", "why", type=REASON, required=True, help="Why they differ; it is kept.")
@confirmation_options
@format_option
@with_dependencies
def explain(
    dependencies: CommandDependencies, callsid: str, why: str, form: str, *, confirmation: ActOptions
) -> None:
    """Explain all that differs about a call. CALLSID is the caller's call, or the leg that is listed; its beginning
    is enough.

    The explanation stays, also when the day is compared again, as long as the same is found.

    \b
    Example:
      callrouter differences explain CA0123 --reason "a test call of the carrier's support"
    """
    person, now = user(), dependencies.now()
    with dependencies.reading() as connection:
        callsid = whole_sid(connection, callsid)

    def act(session: Session) -> list[Key]:
        explained = explain_call(session, callsid, why, person, now)
        if not explained:
            raise NotKnown(f"nothing about {callsid} is to be explained; see `callrouter differences list`")
        return explained

    def what(explained: list[Key]) -> list[str]:
        return [what for _, _, what in explained]

    answer = ActOutput[list[Key]](
        form,
        lambda explained: [f"{len(explained)} explained: {', '.join(what(explained))}."],
        lambda explained: {"call": callsid, "explained": what(explained)},
    )
    carry_out(dependencies, confirmation, act, answer)
