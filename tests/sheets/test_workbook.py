"""Workbooks: what stands in their sheets is what a spreadsheet shows."""

import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

from callrouter.sheets.parts import Shape, write_workbook
from callrouter.sheets.workbook import LONGEST_CELL, Book, Column

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def written(*rows: dict[str, Any], most_rows: int = 100) -> ZipFile:
    file = io.BytesIO()
    write_workbook(file, "calls", Shape(tuple(rows[0])), rows, most_rows=most_rows)
    return ZipFile(file)


def sheet(book: ZipFile, number: int = 1) -> list[list[Element]]:
    root = fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own
    return [list(row) for row in root.iter(f"{MAIN}row")]


def text(cell: Element) -> str:
    return "".join(cell.itertext())


def test_the_first_row_names_the_columns() -> None:
    book = written({"sid": "CA1", "simulated": True})
    assert [text(cell) for cell in sheet(book)[0]] == ["sid", "simulated"]


def test_values_keep_their_kind() -> None:
    text_, number, yes = sheet(written({"a": "x", "b": 90, "c": True}))[1]
    assert [text_.get("t"), number.get("t"), yes.get("t")] == ["inlineStr", None, "b"]
    assert text(number) == "90"


def test_a_decimal_is_a_number_that_shows_its_decimals() -> None:
    book = written({"cents": Decimal("-35.00"), "yen": Decimal(3500)})
    cents, yen = sheet(book)[1]
    assert [(cell.get("t"), text(cell)) for cell in (cents, yen)] == [(None, "-35.00"), (None, "3500")]
    styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.00"' in styles or 'numFmtId="4"' in styles


def test_several_sheets_of_one_moment_are_the_same_bytes_again() -> None:
    def made() -> bytes:
        file = io.BytesIO()
        with Book(file, created=NOON) as book:
            book.write("calls", [Column("sid", width=40)], [{"sid": "CA1"}])
            book.write("totals", [Column("calls")], [{"calls": 1}])
        return file.getvalue()

    assert made() == made()
    book = ZipFile(io.BytesIO(made()))
    assert [text(sheet(book, number)[0][0]) for number in (1, 2)] == ["sid", "calls"]
    assert b"2026-11-23T12:00:00Z" in book.read("docProps/core.xml")


def test_an_empty_value_takes_no_cell() -> None:
    [only] = sheet(written({"a": None, "b": "x"}))[1]
    assert only.get("r") == "B2"


def test_a_formula_is_only_text() -> None:
    [cell] = sheet(written({"a": '=HYPERLINK("https://evil.example")'}))[1]
    assert cell.get("t") == "inlineStr"
    assert cell.find(f"{MAIN}f") is None


def test_control_characters_do_not_break_the_sheet() -> None:
    [cell] = sheet(written({"a": "a\x01b\x0bc </v>&"}))[1]
    assert re.sub(r"_x00(..)_", "?", text(cell)) == "a?b?c </v>&"


def test_more_than_a_cell_holds_is_cut_and_says_so() -> None:
    [cell] = sheet(written({"a": "x" * 40_000}))[1]
    assert len(text(cell)) == LONGEST_CELL
    assert text(cell).endswith("(cut: a cell cannot hold more)")


def test_more_rows_than_a_sheet_holds_go_on_in_the_next() -> None:
    book = written(*({"n": number} for number in range(5)), most_rows=3)
    numbers = [[text(row[0]) for row in sheet(book, number)] for number in (1, 2, 3)]
    assert numbers == [["n", "0", "1"], ["n", "2", "3"], ["n", "4"]]
