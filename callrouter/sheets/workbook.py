"""Rows as an XLSX workbook, written row by row, so that memory does not grow.

A cell contains one fact: a number, a time, a day, yes or no, or text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from types import TracebackType
from typing import IO, Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callrouter.sheets.text import FORMULA_SIGNS, Rows, cell

# https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
_CUT = " … (cut: a cell cannot hold more)"
_LEAST_WIDTH, _SPARE_WIDTH = 11, 2
# A spreadsheet shows `####` for a time that does not fit.
_WIDTH_OF_A_MOMENT = 20
_MOMENT, _DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"


class Column(NamedTuple):
    """A column: the key of its values, and its format.

    Times are in the `zone`, which the header names, because a spreadsheet's times have none. `width` is in
    characters.
    """

    name: str
    zone: tzinfo | None = None
    width: int | None = None

    @property
    def head(self) -> str:
        """The header."""
        return self.name if self.zone is None else f"{self.name} ({self.zone})"

    @property
    def characters(self) -> int:
        """How wide it is."""
        least = _LEAST_WIDTH if self.zone is None else _WIDTH_OF_A_MOMENT
        return self.width or max(least, len(self.head) + _SPARE_WIDTH)


class Book:
    """A workbook that is being written. Its sheets may be written alternately.

    With a `created` time, the same rows give the same bytes. Without it, XlsxWriter uses the clock.
    """

    def __init__(self, file: IO[bytes], created: datetime | None = None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Workbook(file, options)
        if created:
            self._book.set_properties({"created": created.astimezone(UTC)})
        self._formats: dict[str, Format] = {}
        self.head = self._book.add_format({"bold": True})
        self.quoted = self._book.add_format({"quote_prefix": True})

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._book.close()

    def sheet(self, name: str, columns: Sequence[Column], most_rows: int = MOST_ROWS) -> Sheet:
        """A new sheet. More sheets follow if one is full."""
        return Sheet(self, name, columns, most_rows)

    def write(self, name: str, columns: Sequence[Column], rows: Rows) -> None:
        """Write all rows as a new sheet."""
        sheet = self.sheet(name, columns)
        for row in rows:
            sheet.append(row)

    def worksheet(self, name: str) -> Worksheet:
        return self._book.add_worksheet(name)

    def format(self, shown_as: str) -> Format:
        """A number or time format in spreadsheet syntax."""
        if shown_as not in self._formats:
            self._formats[shown_as] = self._book.add_format({"num_format": shown_as})
        return self._formats[shown_as]


class Sheet:
    """A sheet that is written from top to bottom. When it is full, another continues."""

    def __init__(self, book: Book, name: str, columns: Sequence[Column], most_rows: int) -> None:
        self._book, self._name, self._columns, self._most_rows = book, name, columns, most_rows
        self._number = self._line = 1
        self._sheet = self._begin(name)

    def append(self, row: Mapping[str, Any]) -> None:
        """Write the next row."""
        if self._line == self._most_rows:
            self._number, self._line = self._number + 1, 1
            self._sheet = self._begin(f"{self._name} {self._number}")
        for place, column in enumerate(self._columns):
            self._write(place, row[column.name], column.zone or UTC)
        self._line += 1

    def _begin(self, name: str) -> Worksheet:
        sheet = self._book.worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.characters)
            sheet.write_string(0, place, column.head, self._book.head)
        return sheet

    def _write(self, place: int, value: Any, zone: tzinfo) -> None:
        where = (self._line, place)
        if isinstance(value, bool):
            self._sheet.write_boolean(*where, value)
        elif isinstance(value, int):
            self._sheet.write_number(*where, value)
        elif isinstance(value, Decimal):
            self._sheet.write_number(*where, value, self._book.format(_with_decimals(value)))
        elif isinstance(value, datetime):
            moment = value.astimezone(zone).replace(tzinfo=None)
            self._sheet.write_datetime(*where, moment, self._book.format(_MOMENT))
        elif isinstance(value, date):
            self._sheet.write_datetime(*where, value, self._book.format(_DAY))
        elif value is not None:
            self._write_text(where, _fitting(cell(value)))

    def _write_text(self, where: tuple[int, int], text: str) -> None:
        """Always as text, never as a formula or a link, also after editing."""
        self._sheet.write_string(*where, text, self._book.quoted if text.startswith(FORMULA_SIGNS) else None)


def _with_decimals(value: Decimal) -> str:
    """The format that shows a number with its own decimals."""
    decimals = max(0, -int(value.as_tuple().exponent))
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(_CUT)] + _CUT
