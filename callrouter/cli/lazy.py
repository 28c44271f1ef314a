"""Command groups that import a command when it is used: all together take seconds and 90 MB.

A source is written like an entry point, `module:object`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

import click

from callrouter.cli.summaries import SUMMARIES


class LazyGroup(click.Group):
    """A group that knows the module and the summary of each command."""

    def __init__(self, *arguments: Any, sources: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._sources = sources

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._sources)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._sources:
            return None
        command: click.Command = resolve_name(self._sources[cmd_name])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Like click's, without importing the commands."""
        prefix = f"{ctx.info_name} "
        rows = [
            (name.removeprefix(prefix), summary.help)
            for name, summary in SUMMARIES.items()
            if name.startswith(prefix)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
