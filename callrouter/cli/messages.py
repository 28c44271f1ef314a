"""`callrouter messages`: what callers left, heard by somebody who says why, and deleted."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import click

from callrouter.cli.consent import ActOptions, ActOutput, carry_out, consent_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.free_text import REASON
from callrouter.cli.output import new_file
from callrouter.cli.tables import TABLE, format_option, print_result, print_rows
from callrouter.cli.user import user
from callrouter.cli.zones import zone_option
from callrouter.messages.hear import have_deleted, hear
from callrouter.messages.life import try_again
from callrouter.messages.model import DELETED, STATES
from callrouter.privacy.audit import Witness
from callrouter.reports.find_call import find_call
from callrouter.reports.messages import ListedMessage, listed_messages
from config.masking import masked

SHOWN = ("call", "owner", "seconds", "left_at", "state", "error")


reason_option = click.option("--reason", type=REASON, required=True, help="For the audit.")


@click.group()
def messages() -> None:
    """Messages that callers left.

    \b
    Example:
      callrouter messages list
      callrouter messages hear CA0123456789abcdef --reason "sunrise asked" --to message.wav
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


@messages.command("hear")
@click.argument("callsid")
@reason_option
@click.option("--to", "file", required=True, metavar="FILE", help="A WAV file that is not there yet.")
@format_option
@with_dependencies
def hear_(dependencies: CommandDependencies, callsid: str, reason: str, file: str, form: str) -> None:
    """Write a message into a file, to be heard.

    Who did it, when and why is entered in the audit before. Delete the file when you have heard it.

    CALLSID may be cut short, as long as it means one call.

    \b
    Example:
      callrouter messages hear CA0123456789abcdef --reason "sunrise asked" --to message.wav
    """
    sid, witness = _found(dependencies, callsid), _witness(dependencies, reason)
    vault = dependencies.vault
    with new_file(file) as stream:
        stream.write(dependencies.database.transact(lambda session: hear(session, vault, sid, witness)))
    sentence = f"The message of {sid} is in {file}, and that {witness.who} has it is in the audit."
    print_result(form, {"call": sid, "file": file, "person": witness.who}, sentence)


@messages.command()
@click.argument("callsid")
@reason_option
@consent_options
@format_option
@with_dependencies
def delete(
    dependencies: CommandDependencies, callsid: str, reason: str, form: str, *, consent: ActOptions
) -> None:
    """Delete a message before its days are over.

    That there was one stays. Where the carrier still has the sound, a worker deletes it there.

    \b
    Example:
      callrouter messages delete CA0123456789abcdef --reason "the caller asked"
    """
    sid, witness = _found(dependencies, callsid), _witness(dependencies, reason)
    answer = ActOutput[Any](
        form,
        lambda _: [f"The message of {sid} is deleted."],
        lambda _: {"call": sid, "state": DELETED},
    )
    carry_out(dependencies, consent, lambda session: have_deleted(session, sid, witness), answer)


@messages.command()
@format_option
@with_dependencies
def retry(dependencies: CommandDependencies, form: str) -> None:
    """Have the messages that the carrier refused tried again.

    \b
    Example:
      callrouter messages retry
    """
    count = dependencies.database.transact(lambda session: try_again(session, dependencies.now()))
    print_result(form, {"messages": count}, f"{count} messages will be tried again.")


def _found(dependencies: CommandDependencies, callsid: str) -> str:
    with dependencies.reading() as connection:
        return find_call(connection, callsid)


def _witness(dependencies: CommandDependencies, reason: str) -> Witness:
    return Witness(user(), reason, dependencies.now())


def _without_numbers(row: ListedMessage) -> ListedMessage:
    return {**row, "error": masked(row["error"])}
