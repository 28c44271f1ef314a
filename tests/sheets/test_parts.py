"""Workbooks of rows with parts in them, read back by another program: one fact a cell."""

import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from callrouter.reports.exports import EXPORTS
from callrouter.sheets.parts import Shape, write_workbook

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NINE = datetime(2026, 11, 24, 17, tzinfo=UTC)
CALLS = Shape(
    ("sid", "arrived_at", "legs", "charge"),
    objects={"charge": ("amount", "currency")},
    lists={"legs": ("center", "began_at")},
    key="sid",
    key_there="call",
)
CHARGED = {
    "sid": "CA1",
    "arrived_at": NINE,
    "legs": [{"center": "sunrise-la", "began_at": NINE}, {"center": "=cmd()", "began_at": NINE}],
    "charge": {"amount": "35.00", "currency": "USD"},
}
FREE = {"sid": "CA2", "arrived_at": NINE, "legs": [], "charge": None}


def sheets(shape: Shape, *rows: dict[str, Any], **how: Any) -> dict[str, Worksheet]:
    file = io.BytesIO()
    write_workbook(file, "calls", shape, rows, **how)
    return {sheet.title: sheet for sheet in load_workbook(file).worksheets}


def values(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_an_object_is_columns_and_none_of_it_takes_no_cell() -> None:
    head, charged, free = values(sheets(CALLS, CHARGED, FREE)["calls"])
    assert head == ("sid", "arrived_at (UTC)", "charge_amount", "charge_currency")
    assert charged == ("CA1", NINE.replace(tzinfo=None), 35, "USD")
    assert free == ("CA2", NINE.replace(tzinfo=None), None, None)


def test_a_list_is_a_sheet_of_its_own_with_a_row_for_each() -> None:
    head, *legs = values(sheets(CALLS, CHARGED, FREE, CHARGED)["legs"])
    assert head == ("call", "position", "center", "began_at (UTC)")
    assert [leg[:3] for leg in legs] == [("CA1", 1, "sunrise-la"), ("CA1", 2, "=cmd()")] * 2


def test_the_head_of_every_sheet_stays_in_sight() -> None:
    assert {sheet.freeze_panes for sheet in sheets(CALLS, CHARGED).values()} == {"A2"}


def test_a_moment_stands_in_the_zone_that_its_head_names() -> None:
    read = sheets(CALLS, CHARGED, zone=LOS_ANGELES)
    head, moment = (cell.value for cell in list(read["calls"].columns)[1])
    assert (head, moment) == ("arrived_at (America/Los_Angeles)", datetime(2026, 11, 24, 9))
    assert read["calls"]["B2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert read["legs"]["D2"].value == datetime(2026, 11, 24, 9)


def test_an_amount_is_a_number_with_its_decimals_and_a_day_is_a_day() -> None:
    shape = Shape(("amount", "day", "period"))
    row = {"amount": "-1234567890123.45", "day": "2026-11-24", "period": "2026-11"}
    amount, day, period = next(sheets(shape, row)["calls"].iter_rows(min_row=2))
    assert (amount.value, amount.number_format) == (-1234567890123.45, "#,##0.00")
    assert (day.value, day.number_format, period.value) == (datetime(2026, 11, 24), "yyyy-mm-dd", "2026-11")


def test_no_text_is_a_formula() -> None:
    cell = sheets(CALLS, CHARGED)["legs"]["C3"]
    assert (cell.data_type, cell.quotePrefix, cell.value) == ("s", True, "=cmd()")


def test_a_list_goes_on_in_the_next_sheet_when_its_own_is_full() -> None:
    read = sheets(CALLS, CHARGED, FREE, CHARGED, most_rows=4)
    assert [len(values(read[name])) for name in ("calls", "legs", "legs 2")] == [4, 4, 2]


def test_every_nested_column_of_an_export_is_parted() -> None:
    for export in EXPORTS.values():
        assert {*export.shape.objects, *export.shape.lists} <= set(export.columns)
    assert set(EXPORTS["calls"].shape.lists) == {"legs", "skipped", "disclosure"}
