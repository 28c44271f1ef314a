"""Prints rows as a table, JSON, JSON lines or CSV (`--format`)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

import click

from callrouter.cli.table_layout import laid_out
from callrouter.sheets.text import as_json, csv_lines, json_lines

Command = TypeVar("Command", bound=Callable[..., Any])
Rows = Sequence[Mapping[str, Any]]

TABLE = "table"
FORMATS = (TABLE, "json", "jsonl", "csv")
_MOST_NAMED = 6


def format_option(command: Command) -> Command:
    """Add the option `--format`; the command gets it as `form`."""
    return click.option("--format", "form", type=click.Choice(FORMATS), default=TABLE, show_default=True)(
        command
    )


def print_rows(form: str, columns: Sequence[str], rows: Rows, zone: tzinfo = UTC) -> None:
    """Print rows in one of the formats, with times in a zone."""
    click.echo(_written(form, columns, rows, zone), nl=False)


def print_result(form: str, row: Mapping[str, Any], sentence: str, zone: tzinfo = UTC) -> None:
    """Print the result of a command: a sentence for people, one row for programs."""
    if form == TABLE:
        click.echo(sentence)
    else:
        print_rows(form, tuple(row), [row], zone)


def readable(text: str) -> str:
    """The text with control characters escaped, so that a terminal does not obey them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_words(value: Any, zone: tzinfo = UTC) -> str:
    """A value for people. A time is `2026-11-24T17:00:00Z`, or in a zone `2026-11-24T09:00:00-08:00`."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _to_the_second(value, zone)
    if isinstance(value, list | tuple):
        return _named(value, zone)
    return readable(str(value))


def as_table(columns: Sequence[str], rows: Rows, zone: tzinfo = UTC, room: int | None = None) -> str:
    """Rows for people below a header, in this many columns of a terminal; see `laid_out`."""
    heads = [column.replace("_", " ") for column in columns]
    return laid_out(heads, [[in_words(row[column], zone) for column in columns] for row in rows], room)


def _to_the_second(moment: datetime, zone: tzinfo) -> str:
    written = moment.astimezone(zone).replace(microsecond=0).isoformat()
    return written.removesuffix("+00:00") + "Z" if zone is UTC else written


def _named(values: Sequence[Any], zone: tzinfo) -> str:
    named = ", ".join(in_words(value, zone) for value in values[:_MOST_NAMED])
    more = len(values) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named or "-"


def _written(form: str, columns: Sequence[str], rows: Rows, zone: tzinfo) -> str:
    if form == TABLE:
        return as_table(columns, rows, zone, _room())
    if form == "json":
        return as_json(list(rows), indent=2, zone=zone) + "\n"
    return "".join(json_lines(rows, zone) if form == "jsonl" else csv_lines(columns, rows, zone))


def terminal_columns() -> int:
    """The width of the terminal; COLUMNS overrides it."""
    return shutil.get_terminal_size().columns


def _room() -> int | None:
    """Files and other programs take lines of any length."""
    return terminal_columns() if sys.stdout.isatty() else None
