"""The group of all commands: it tells each with an example, and maps errors to messages and exit statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from callrouter.cli.output import let_go_of_standard_output
from callrouter.cli.refusals import MENDABLE, NO_ROOM, refusal

_EXAMPLE = "Example:"
_LONGEST = 200


class Commands(click.Group):
    """`callrouter` itself."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """All words of the command line come by here, those of the command included."""
        for word in args:
            if not _is_text(word):
                raise click.UsageError(f"{word.encode(errors='replace').decode()!r} is not written in UTF-8")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MENDABLE as error:
            raise refusal(error) from error
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            let_go_of_standard_output()
            raise refusal(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name, command in leaves(self):
            rows += [(name, command.get_short_help_str(_LONGEST)), ("", f"$ {example(command)}")]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _is_text(word: str) -> bool:
    """Bytes that are no text come from the shell as halves of a pair of signs, which nothing can store or print."""
    return not any("\ud800" <= sign <= "\udfff" for sign in word)


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
