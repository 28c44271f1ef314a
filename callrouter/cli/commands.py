"""The group of all commands. It checks that each has an example."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

import click

from callrouter.cli.lazy import LazyGroup
from callrouter.cli.summaries import SUMMARIES

MESSAGES_OF_ERRORS = "callrouter.cli.failures:failing_with_message"
"""maps errors to messages and exit statuses; it imports the database's errors, so `--help` does not import it"""


class Commands(LazyGroup):
    """`callrouter` itself."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Every argument passes here, including those of commands."""
        for word in args:
            if not _is_text(word):
                raise click.UsageError(f"{word.encode(errors='replace').decode()!r} is not written in UTF-8")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with resolve_name(MESSAGES_OF_ERRORS)():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name, summary in SUMMARIES.items():
            rows += [(name, summary.help), ("", f"$ {summary.example}")]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _is_text(word: str) -> bool:
    """Invalid UTF-8 comes from the shell as lone surrogates, which cannot be stored or printed."""
    return not any("\ud800" <= sign <= "\udfff" for sign in word)
