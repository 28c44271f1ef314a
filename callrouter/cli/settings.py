"""`callrouter settings`: what is in force, and where it comes from."""

from __future__ import annotations

import click

from callrouter.cli.tables import format_option, print_rows
from callrouter.cli.toolbox import Toolbox, with_toolbox
from config.describe import Described, describe


@click.command()
@format_option
@with_toolbox
def settings(toolbox: Toolbox, form: str) -> None:
    """Print every setting with its source, secrets masked.

    \b
    Example:
      callrouter settings
    """
    print_rows(form, Described._fields, [row._asdict() for row in describe(toolbox.settings)])
