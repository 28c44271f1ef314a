"""`callrouter callers`: what a caller may ask of us besides a call, done by staff on their word."""

from __future__ import annotations

import click

from callrouter.cli.given import NUMBER
from callrouter.cli.refusals import Refusal
from callrouter.cli.tables import format_option, print_result
from callrouter.cli.toolbox import Toolbox, with_toolbox
from callrouter.phone import is_number, masked
from callrouter.promises.stop import forget as forget_caller
from callrouter.promises.stop import stop as stop_calling
from callrouter.withheld import stands_for_withheld


@click.group()
def callers() -> None:
    """What callers ask of us: not to be called, or to be forgotten.

    \b
    Example:
      callrouter callers stop +13105550188
    """


@callers.command()
@click.argument("number", type=NUMBER)
@format_option
@with_toolbox
def stop(toolbox: Toolbox, number: str, form: str) -> None:
    """Never call this number again. What was promised to it is withdrawn.

    \b
    Example:
      callrouter callers stop +13105550188
    """
    match, now = _match(toolbox, number), toolbox.now()
    toolbox.database.transact(lambda session: stop_calling(session, match, now))
    row = {"caller": masked(number), "may_be_called": False}
    print_result(form, row, f"{masked(number)} will not be called again.")


@callers.command()
@click.argument("number", type=NUMBER)
@format_option
@with_toolbox
def forget(toolbox: Toolbox, number: str, form: str) -> None:
    """Delete the sealed number, the messages and the match values of a caller. It cannot be undone.

    \b
    Example:
      callrouter callers forget +13105550188
    """
    match, now = _match(toolbox, number), toolbox.now()
    toolbox.database.transact(lambda session: forget_caller(session, match, now))
    row = {"caller": masked(number), "forgotten": True}
    print_result(form, row, f"Nothing leads from here to {masked(number)} any more.")


def _match(toolbox: Toolbox, number: str) -> str:
    if stands_for_withheld(number):
        raise Refusal(
            "that stands for a withheld number: many callers have it, and no call leads back to one of them"
        )
    if not is_number(number):
        raise Refusal("that is not a whole telephone number: write it as +13105550188")
    return toolbox.vault.match(number)
