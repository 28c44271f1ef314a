"""The group of all commands: it tells each with an example, and maps errors to messages and exit statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from callrouter.cli.refusals import MENDABLE, refusal

_EXAMPLE = "Example:"
_LONGEST = 200


class Commands(click.Group):
    """`callrouter` itself."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MENDABLE as error:
            raise refusal(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name, command in leaves(self):
            rows += [(name, command.get_short_help_str(_LONGEST)), ("", f"$ {example(command)}")]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def leaves(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its name as it is typed."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def example(command: click.Command) -> str:
    """The first line of a command's examples."""
    _, _, after = (command.help or "").partition(_EXAMPLE)
    return after.strip().partition("\n")[0]
