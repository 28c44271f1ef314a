"""Rows as a table for people, or as JSON, JSON by the line or CSV for programs: what `--format` says."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from callrouter.sheets.text import as_json, csv_lines, json_lines, rfc_3339

Command = TypeVar("Command", bound=Callable[..., Any])
Rows = Sequence[Mapping[str, Any]]

TABLE = "table"
FORMATS = (TABLE, "json", "jsonl", "csv")
_MOST_NAMED = 6
_WIDE = ("W", "F")


def format_option(command: Command) -> Command:
    """The option `--format`, given to the command as `form`."""
    return click.option("--format", "form", type=click.Choice(FORMATS), default=TABLE, show_default=True)(
        command
    )


def print_rows(form: str, columns: Sequence[str], rows: Rows) -> None:
    """Print rows in one of the formats."""
    click.echo(_WRITERS[form](columns, rows), nl=False)


def readable(text: str) -> str:
    """The text with nothing in it that a terminal would obey: control characters are shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def in_words(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{rfc_3339(value):.19}Z"
    if isinstance(value, list | tuple):
        return _named(value)
    return readable(str(value))


def _named(values: Sequence[Any]) -> str:
    named = ", ".join(map(in_words, values[:_MOST_NAMED]))
    more = len(values) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named or "-"


def as_table(columns: Sequence[str], rows: Rows) -> str:
    """Rows as people read them, a line each, below a head."""
    lines = [[column.replace("_", " ") for column in columns]]
    lines += [[in_words(row[column]) for column in columns] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip() + "\n"


def _width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in text
    )


_WRITERS: dict[str, Callable[[Sequence[str], Rows], str]] = {
    TABLE: as_table,
    "json": lambda _, rows: as_json(list(rows), indent=2) + "\n",
    "jsonl": lambda _, rows: "".join(json_lines(rows)),
    "csv": lambda columns, rows: "".join(csv_lines(columns, rows)),
}
