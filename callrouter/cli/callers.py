"""`callrouter callers`: what callers ask of staff: not to be called again."""

from __future__ import annotations

import click

from callrouter.cli.confirmation import ActOptions, ActOutput, carry_out, confirmation_options
from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import CommandFailure
from callrouter.cli.parameter_types import NUMBER
from callrouter.cli.tables import format_option
from callrouter.phone import is_number, masked
from callrouter.promises.do_not_call import add_to_do_not_call
from callrouter.withheld import stands_for_withheld


@click.group()
def callers() -> None:
    """What callers ask of us: not to be called again. `callrouter privacy erase` erases one.

    \b
    Example:
      callrouter callers do-not-call +13105550188
    """


@callers.command("do-not-call")
@click.argument("number", type=NUMBER)
@confirmation_options
@format_option
@with_dependencies
def do_not_call(
    dependencies: CommandDependencies, number: str, form: str, *, confirmation: ActOptions
) -> None:
    """Never call this number again. What was promised to it is withdrawn.

    \b
    Example:
      callrouter callers do-not-call +13105550188
    """
    vault, whole_number, now = dependencies.vault, whole(number), dependencies.now()
    stopped = f"{masked(number)} will not be called again."
    answer = ActOutput[int](
        form,
        lambda _: [stopped],
        lambda promises: {"caller": masked(number), "promises_withdrawn": promises},
        preview=lambda promises: [stopped, f"  open promises that are withdrawn: {promises}"],
    )
    carry_out(
        dependencies,
        confirmation,
        lambda session: add_to_do_not_call(session, vault, whole_number, now),
        answer,
    )


def whole(number: str) -> str:
    """The number, if it is complete. Raises CommandFailure if it is not, or stands for a withheld number."""
    if stands_for_withheld(number):
        raise CommandFailure(
            "that stands for a withheld number: many callers have it, and no call leads back to one of them"
        )
    if not is_number(number):
        raise CommandFailure("that is not a whole telephone number: write it as +13105550188")
    return number
