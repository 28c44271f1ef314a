"""Rows as an XLSX workbook, written row by row, so that any number of them takes the same memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callrouter.sheets.text import FORMULA_SIGNS, Rows, cell

# https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
_CUT = " … (cut: a cell cannot hold more)"
_LEAST_WIDTH, _SPARE_WIDTH = 11, 2


def write_workbook(
    file: IO[bytes], name: str, columns: Sequence[str], rows: Rows, most_rows: int = MOST_ROWS
) -> None:
    """Write all rows; those that a sheet has no place for go on in the next one."""
    with Book(file) as book:
        book.write(name, columns, rows, most_rows)


class Book:
    """A workbook that is being written, sheet after sheet.

    With the moment it was `created` the same rows give the same bytes; without it XlsxWriter asks the clock.
    """

    def __init__(self, file: IO[bytes], created: datetime | None = None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Workbook(file, options)
        if created:
            self._book.set_properties({"created": created.astimezone(UTC)})
        self._head = self._book.add_format({"bold": True})
        self._text = self._book.add_format({"quote_prefix": True})
        self._decimals: dict[int, Format] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._book.close()

    def write(
        self,
        name: str,
        columns: Sequence[str],
        rows: Rows,
        most_rows: int = MOST_ROWS,
        widths: Mapping[str, int] | None = None,
    ) -> None:
        """Write a sheet, and more of them where one has no place for all rows. `widths` are in characters."""
        number = line = 1
        sheet = self._sheet(name, columns, widths or {})
        for row in rows:
            if line == most_rows:
                number, line = number + 1, 1
                sheet = self._sheet(f"{name} {number}", columns, widths or {})
            self._write(sheet, line, columns, row)
            line += 1

    def _sheet(self, name: str, columns: Sequence[str], widths: Mapping[str, int]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            width = widths.get(column, max(_LEAST_WIDTH, len(column) + _SPARE_WIDTH))
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, column, self._head)
        return sheet

    def _write(self, sheet: Worksheet, line: int, columns: Sequence[str], row: Mapping[str, Any]) -> None:
        for place, column in enumerate(columns):
            value = row[column]
            if isinstance(value, bool):
                sheet.write_boolean(line, place, value)
            elif isinstance(value, int):
                sheet.write_number(line, place, value)
            elif isinstance(value, Decimal):
                sheet.write_number(line, place, value, self._with_decimals(value))
            elif value is not None:
                self._write_text(sheet, line, place, _fitting(cell(value)))

    def _write_text(self, sheet: Worksheet, line: int, place: int, text: str) -> None:
        """As text whatever it says, so that nothing is taken for a formula or an address, now or once it is edited."""
        sheet.write_string(line, place, text, self._text if text.startswith(FORMULA_SIGNS) else None)

    def _with_decimals(self, value: Decimal) -> Format:
        """The format that shows a number with the decimals that it was given with."""
        decimals = max(0, -int(value.as_tuple().exponent))
        if decimals not in self._decimals:
            shown = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            self._decimals[decimals] = self._book.add_format({"num_format": shown})
        return self._decimals[decimals]


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(_CUT)] + _CUT
