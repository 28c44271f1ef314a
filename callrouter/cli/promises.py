"""`callrouter promises`: return calls that are owed, and what staff do about them."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.tables import TABLE, format_option, in_words, print_result, print_rows, readable
from callrouter.cli.zones import zone_option
from callrouter.directory.find_center import find_center
from callrouter.directory.versions import DirectoryCache
from callrouter.promises.calling_hours import calling_hours
from callrouter.promises.close import STAFF_STATES, close_by_staff
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.model import Promise
from callrouter.promises.reassign import assign as assign_promise
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.promises.promises import ListedPromise, PromiseStory, listed_promises, promise_story
from callrouter.routing.memory import RoutingMemory


@click.group()
def promises() -> None:
    """Return calls that callers were promised: who owes them, and until when.

    \b
    Example:
      callrouter promises list
      callrouter promises show CA0123
    """


@promises.command("list")
@click.option("--all", "ended_too", is_flag=True, help="Those that have ended, too.")
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, form: str, zone: tzinfo, *, ended_too: bool) -> None:
    """List the promises that are open, the one that is due first at the top.

    \b
    Example:
      callrouter promises list
      callrouter promises list --all --format json
    """
    with dependencies.reading() as connection:
        rows = list(listed_promises(connection, ended_too=ended_too))
    print_rows(form, tuple(ListedPromise.__annotations__), rows, zone)


@promises.command()
@click.argument("callsid")
@format_option
@zone_option
@with_dependencies
def show(dependencies: CommandDependencies, callsid: str, form: str, zone: tzinfo) -> None:
    """Show one promise, with every return call. CALLSID may be cut short.

    \b
    Example:
      callrouter promises show CA0123
    """
    with dependencies.reading() as connection:
        story = promise_story(connection, find_call(connection, callsid))
    if form != TABLE:
        print_rows(form, tuple(PromiseStory.__annotations__), [story], zone)
        return
    for name, value in story.items():
        if name != "return_calls":
            click.echo(f"{name.replace('_', ' '):16}{in_words(value, zone)}")
    for attempt in story["return_calls"]:
        ended = attempt["outcome"] or "in progress"
        began = in_words(attempt["began_at"], zone)
        click.echo(readable(f"return call {attempt['number']:<4}{began}  {attempt['center']}: {ended}"))


@promises.command()
@click.argument("callsid")
@click.argument("center")
@format_option
@zone_option
@with_dependencies
def assign(dependencies: CommandDependencies, callsid: str, center: str, form: str, zone: tzinfo) -> None:
    """Let another center owe a helpline's promise; it is rung at once. A listing's stays its center's.

    \b
    Example:
      callrouter promises assign CA0123 sunrise-la
    """
    find_center(dependencies.directory_in_force(), center)
    hours = calling_hours(quiet=not dependencies.settings.calls_at_any_hour)
    collaborators = PromiseDependencies(DirectoryCache(), RoutingMemory(), hours, dependencies.vault)
    call, now = _call(dependencies, callsid), dependencies.now()
    promise = dependencies.database.transact(
        lambda session: assign_promise(session, collaborators, call, center, now)
    )
    row = {"call": call, "owner": center, "due_at": promise.due_at}
    print_result(form, row, f"{center} owes it until {in_words(promise.due_at, zone)}.", zone)


@promises.command()
@click.argument("callsid")
@click.option("--as", "state", type=click.Choice(STAFF_STATES), default=STAFF_STATES[1], show_default=True)
@click.option("--reason", type=REASON, required=True, help="Why; it is kept with the promise.")
@confirmation_options
@format_option
@with_dependencies
def close(
    dependencies: CommandDependencies,
    /,
    form: str,
    callsid: str,
    state: str,
    reason: str,
    *,
    confirmation: ActOptions,
) -> None:
    """Close a promise by hand. Nobody is rung for it any more, and nobody is charged.

    \b
    Example:
      callrouter promises close CA0123 --as kept --reason "called back by our staff"
    """
    call, now = _call(dependencies, callsid), dependencies.now()
    answer = ActOutput[Promise](
        form,
        lambda closed: [f"The promise of {call} is closed as {closed.state}."],
        lambda closed: {"call": call, "state": closed.state},
    )
    carry_out(
        dependencies, confirmation, lambda session: close_by_staff(session, call, state, reason, now), answer
    )


def _call(dependencies: CommandDependencies, callsid: str) -> str:
    with dependencies.reading() as connection:
        return find_call(connection, callsid)
