"""`callrouter center`: what staff do by hand about a center."""

from __future__ import annotations

from datetime import tzinfo

import click

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.tables import format_option, print_result
from callrouter.cli.zones import zone_option
from callrouter.directory.find_center import find_center
from callrouter.reports.rotation.pausing import pausing_until
from callrouter.routing.lines import resume as take_pause_back


@click.group()
def center() -> None:
    """Centers, as far as staff look after them by hand.

    \b
    Example:
      callrouter center resume sunrise-la
    """


@center.command()
@click.argument("key")
@format_option
@zone_option
@with_dependencies
def resume(dependencies: CommandDependencies, key: str, form: str, zone: tzinfo) -> None:
    """Take back a center's pause after missed calls; they count anew.

    \b
    Example:
      callrouter center resume sunrise-la
    """
    find_center(dependencies.directory_in_force(), key)
    now = dependencies.now()
    with dependencies.reading() as connection:
        until = pausing_until(connection, key, now)
    dependencies.database.transact(lambda session: take_pause_back(session, key, now))
    sentence = f"{key} is rung again." if until else f"{key} was not pausing; missed calls count anew."
    print_result(form, {"center": key, "paused_until": until}, sentence, zone)
