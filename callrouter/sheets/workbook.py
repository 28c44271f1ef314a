"""Rows as an XLSX workbook, written row by row, so that any number of them takes the same memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from callrouter.sheets.text import Rows, cell

# https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
_CUT = " … (cut: a cell cannot hold more)"


def write_workbook(
    file: IO[bytes], name: str, columns: Sequence[str], rows: Rows, most_rows: int = MOST_ROWS
) -> None:
    """Write all rows; those that a sheet has no place for go on in the next one."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet, line = _sheet(book, name, columns), 1
        for row in rows:
            if line == most_rows:
                sheet, line = _sheet(book, name, columns), 1
            _write(sheet, line, columns, row)
            line += 1


def _sheet(book: Workbook, name: str, columns: Sequence[str]) -> Worksheet:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column)
    return sheet


def _write(sheet: Worksheet, line: int, columns: Sequence[str], row: Mapping[str, Any]) -> None:
    for place, column in enumerate(columns):
        value = row[column]
        if isinstance(value, bool):
            sheet.write_boolean(line, place, value)
        elif isinstance(value, int):
            sheet.write_number(line, place, value)
        elif value is not None:
            # As text whatever it says, so that nothing is taken for a formula or an address.
            sheet.write_string(line, place, _fitting(cell(value)))


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(_CUT)] + _CUT
