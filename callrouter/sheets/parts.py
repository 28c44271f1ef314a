"""Nested rows as a workbook with one fact in a cell: objects become columns, lists become sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import IO, Any

from callrouter.sheets.text import Rows, cell
from callrouter.sheets.workbook import MOST_ROWS, Book, Column

Names = tuple[str, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """The columns of rows, and the keys of those that are objects (or null) or lists of objects."""

    columns: Names
    objects: Mapping[str, Names] = field(default_factory=dict)
    """for example, `charge` with `amount` becomes the column `charge_amount`"""
    lists: Mapping[str, Names] = field(default_factory=dict)
    """for example, `legs` becomes a sheet `legs` with a row for each"""
    key: str = ""
    """the column that identifies a row; the sheets of lists have it too"""
    key_there: str = ""
    """its name in these sheets, like `call` in other rows"""

    def flat(self, zone: tzinfo) -> list[Column]:
        """The columns of the first sheet."""
        return [_column(name, zone) for name, _, _ in self._cells()]

    def flat_row(self, row: Row) -> dict[str, Any]:
        """A row of the first sheet."""
        return {name: _fact(name, _part(row[of], key)) for name, of, key in self._cells()}

    def listed(self, name: str, zone: tzinfo) -> list[Column]:
        """The columns of a list's sheet. `position` counts from 1 within a row, because sheets get sorted."""
        return [_column(each, zone) for each in (self.key_there, "position", *self.lists[name])]

    def listed_rows(self, name: str, row: Row) -> Iterator[dict[str, Any]]:
        """The rows of a list's sheet for one row."""
        for position, item in enumerate(row[name], start=1):
            facts = {key: _fact(key, item[key]) for key in self.lists[name]}
            yield {self.key_there: row[self.key], "position": position, **facts}

    def _cells(self) -> Iterator[tuple[str, str, str | None]]:
        """The columns of the first sheet: name, column of the row, and key within it."""
        for name in self.columns:
            if name in self.objects:
                yield from ((f"{name}_{key}", name, key) for key in self.objects[name])
            elif name not in self.lists:
                yield name, name, None


def write_workbook(
    file: IO[bytes], name: str, shape: Shape, rows: Rows, zone: tzinfo = UTC, *, most_rows: int = MOST_ROWS
) -> None:
    """Write all rows, with times in a zone. A full sheet continues in another one."""
    with Book(file) as book:
        write_sheets(book, name, shape, rows, zone, most_rows=most_rows)


def write_sheets(
    book: Book, name: str, shape: Shape, rows: Rows, zone: tzinfo, *, most_rows: int = MOST_ROWS
) -> None:
    """Write all rows as a sheet, and their lists as others."""
    whole = book.sheet(name, shape.flat(zone), most_rows)
    parts = {part: book.sheet(part, shape.listed(part, zone), most_rows) for part in shape.lists}
    for row in rows:
        whole.append(shape.flat_row(row))
        for part, sheet in parts.items():
            for listed in shape.listed_rows(part, row):
                sheet.append(listed)


def write_facts(book: Book, name: str, facts: Row, zone: tzinfo) -> None:
    """A sheet with a fact in each row: as text, so that a time has its offset, and a list is whole in its cell."""
    rows = ({"fact": fact, "value": cell(value, zone)} for fact, value in facts.items())
    book.write(name, (Column("fact", width=20), Column("value", width=60)), rows)


def is_moment(name: str) -> bool:
    """Whether a column of this name contains times: `at`, `arrived_at`."""
    return name == "at" or name.endswith("_at")


def _column(name: str, zone: tzinfo) -> Column:
    return Column(name, zone if is_moment(name) else None)


def _part(value: Any, key: str | None) -> Any:
    return value if key is None or value is None else value[key]


def _fact(name: str, value: Any) -> Any:
    """Amounts and days are text in JSON. In a sheet they are numbers and days."""
    if value is None:
        return None
    if name == "amount" or name.endswith("_amount"):
        return Decimal(value)
    return date.fromisoformat(value) if name == "day" else value
