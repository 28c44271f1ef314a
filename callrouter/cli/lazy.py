"""Groups whose commands are imported when they are asked for: all together they take seconds and 90 MB.

A source is written as entry points are, `module:object`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

import click

from callrouter.cli.summaries import SUMMARIES


class LazyGroup(click.Group):
    """A group that knows where each command is, and what `--help` tells of it."""

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
        """As click does it, without importing any of them."""
        prefix = f"{ctx.info_name} "
        rows = [
            (name.removeprefix(prefix), summary.help)
            for name, summary in SUMMARIES.items()
            if name.startswith(prefix)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
