"""`callrouter messages`: what callers left, played for somebody who says why, and deleted."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.output import new_file
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.masking import masked
from callrouter.messages.model import DELETED, STATES
from callrouter.messages.play import delete_on_request, play
from callrouter.messages.recording import retry_set_aside
from callrouter.privacy.audit import Access
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.messages.messages import ListedMessage, listed_messages

SHOWN = ("call", "owner", "seconds", "left_at", "state", "error")


reason_option = click.option("--reason", type=REASON, required=True, help="For the audit log.")


@click.group()
def messages() -> None:
    """Messages that callers left.

    \b
    Example:
      callrouter messages list
      callrouter messages play CA0123456789abcdef --reason "sunrise asked" --to message.wav
      callrouter messages delete CA0123456789abcdef --reason "the caller asked"
    """


@messages.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@format_option
@zone_option
@with_dependencies
def list_(dependencies: CommandDependencies, state: str | None, form: str, zone: tzinfo) -> None:
    """List the messages that callers left.

    A message is waiting (to be fetched from the carrier), kept, silent (and dropped), gone (the carrier has none)
    or deleted. An error tells why the carrier could not be asked so far.

    \b
    Example:
      callrouter messages list --state kept
      callrouter messages list --format json
    """
    with dependencies.reading() as connection:
        rows = [_without_numbers(row) for row in listed_messages(connection, state)]
    print_rows(form, SHOWN if form == TABLE else tuple(ListedMessage.__annotations__), rows, zone)


@messages.command("play")
@click.argument("callsid")
@reason_option
@click.option("--to", "file", required=True, metavar="FILE", help="A WAV file that is not there yet.")
@format_option
@with_dependencies
def play_(dependencies: CommandDependencies, callsid: str, reason: str, file: str, form: str) -> None:
    """Write a message into a file, to be played.

    Who did it, when and why is written to the audit log first. Delete the file when you have played it.

    CALLSID may be cut short, as long as it means one call.

    \b
    Example:
      callrouter messages play CA0123456789abcdef --reason "sunrise asked" --to message.wav
    """
    sid, access = _found(dependencies, callsid), _access(dependencies, reason)
    vault = dependencies.vault
    with new_file(file) as stream:
        stream.write(dependencies.database.transact(lambda session: play(session, vault, sid, access)))
    sentence = f"The message of {sid} is in {file}, and that {access.person} has it is in the audit log."
    print_result(form, {"call": sid, "file": file, "person": access.person}, sentence)


@messages.command()
@click.argument("callsid")
@reason_option
@confirmation_options
@format_option
@with_dependencies
def delete(
    dependencies: CommandDependencies, callsid: str, reason: str, form: str, *, confirmation: ActOptions
) -> None:
    """Delete a message before its days are over.

    That there was one stays. Where the carrier still has the sound, a worker deletes it there.

    \b
    Example:
      callrouter messages delete CA0123456789abcdef --reason "the caller asked"
    """
    sid, access = _found(dependencies, callsid), _access(dependencies, reason)
    answer = ActOutput[Any](
        form,
        lambda _: [f"The message of {sid} is deleted."],
        lambda _: {"call": sid, "state": DELETED},
    )
    carry_out(dependencies, confirmation, lambda session: delete_on_request(session, sid, access), answer)


@messages.command()
@format_option
@with_dependencies
def retry(dependencies: CommandDependencies, form: str) -> None:
    """Have the messages that the carrier refused tried again.

    \b
    Example:
      callrouter messages retry
    """
    count = dependencies.database.transact(lambda session: retry_set_aside(session, dependencies.now()))
    print_result(form, {"messages": count}, f"{count} messages will be tried again.")


def _found(dependencies: CommandDependencies, callsid: str) -> str:
    with dependencies.reading() as connection:
        return find_call(connection, callsid)


def _access(dependencies: CommandDependencies, reason: str) -> Access:
    return Access(user(), reason, dependencies.now())


def _without_numbers(row: ListedMessage) -> ListedMessage:
    return {**row, "error": masked(row["error"])}
