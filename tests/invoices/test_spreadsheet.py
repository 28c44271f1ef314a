"""Invoices as CSV and XLSX, read back: numbers are numbers, and no text is a formula."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from callrouter.invoices.printing.spreadsheet import COLUMNS, as_csv, as_xlsx
from tests.invoices.made import ISSUED, adjustment, call, invoice, long_invoice, monthly_fee
from tests.invoices.reading import book, csv_rows, sheet_rows

FORMULAS = ["=1+1", '=HYPERLINK("https://evil.example")', "+1", "-2+3", "@SUM(A1)", "\tx", "\rx"]
ARRIVED, LOCAL = "arrived_at (UTC)", "local_time (America/Los_Angeles)"
MIXED = (call(1), call(2, what="credit", amount=-3500, reason="bad line"), monthly_fee(3), adjustment(4, -1))


def test_a_csv_has_a_row_for_each_line() -> None:
    head, *rows = csv.reader(io.StringIO(as_csv(long_invoice(3_000)).decode(), newline=""))
    assert tuple(head) == COLUMNS
    assert [row[COLUMNS.index("position")] for row in rows] == [str(n) for n in range(1, 3_001)]


def test_a_row_tells_all_of_a_line() -> None:
    [row] = csv_rows(invoice(call(1, reason="a, b")))
    assert row == {
        "number": "INV-000017",
        "period": "2026-10",
        "position": "1",
        "what": "charge",
        "arrived_at": "2026-10-01T07:00:07.000000Z",
        "local_time": "2026-10-01 00:00:07-07:00",
        "kind": "helpline",
        "center": "Sunrise San Diego",
        "call": "CA00000000000000000000000000000001",
        "caller": "'+1 310 ••• ••01",
        "talk_seconds": "61",
        "amount": "35.00",
        "currency": "USD",
        "reason": "a, b",
    }


def test_what_a_line_does_not_have_is_empty() -> None:
    [row] = csv_rows(invoice(monthly_fee(1)))
    assert {row[name] for name in ("arrived_at", "local_time", "center", "call", "caller", "reason")} == {""}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_in_a_csv_is_a_formula(text: str) -> None:
    [row] = csv_rows(invoice(call(1, center=text, reason=text)))
    assert (row["center"], row["reason"]) == (f"'{text}", f"'{text}")


def test_an_amount_below_zero_stays_a_number() -> None:
    rows = csv_rows(invoice(*MIXED))
    assert [row["amount"] for row in rows] == ["35.00", "-35.00", "250.00", "-0.01"]
    amounts = [row["amount"].value for row in sheet_rows(invoice(*MIXED))]
    assert amounts == [35, -35, 250, -0.01]


def test_the_rows_add_up_to_the_total() -> None:
    made = long_invoice(500)
    assert sum(Decimal(row["amount"]) for row in csv_rows(made)) * 100 == made.total
    *_, total = sheet_rows(made, "totals")
    assert round(total["amount"].value * 100) == made.total


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_in_a_workbook_is_a_formula(text: str) -> None:
    made = invoice(call(1, center=text, reason=text), name=text)
    [row] = sheet_rows(made)
    for cell in (row["center"], row["reason"], row["caller"], sheet_rows(made, "totals")[0]["name"]):
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert (unescape(row["center"].value), row["caller"].value) == (text, "+1 310 ••• ••01")


def test_cells_are_of_their_kind() -> None:
    [row] = sheet_rows(invoice(call(1, amount=123_450)))
    kinds = {name: cell.data_type for name, cell in row.items() if cell.value is not None}
    numbers = {"position", "talk_seconds", "amount"}
    assert {name for name, kind in kinds.items() if kind == "n"} == numbers
    assert {name for name, kind in kinds.items() if kind == "d"} == {ARRIVED, LOCAL}
    assert set(kinds.values()) == {"n", "d", "s"}
    assert (row["amount"].value, row["amount"].number_format) == (1234.5, "#,##0.00")


def test_a_currency_without_cents_shows_none() -> None:
    made = invoice(call(1, amount=3500), currency="JPY")
    assert csv_rows(made)[0]["amount"] == "3500"
    assert (sheet_rows(made)[0]["amount"].value, sheet_rows(made)[0]["amount"].number_format) == (
        3500,
        "#,##0",
    )


def test_the_second_sheet_has_the_totals_by_kind() -> None:
    rows = sheet_rows(invoice(*MIXED), "totals")
    read = [(row["kind"].value, row["answered"].value, row["amount"].value) for row in rows]
    assert read == [("helpline", 1, 0), ("monthly", 0, 250), ("adjustment", 0, -0.01), ("total", 1, 249.99)]


def test_a_simulated_one_says_so_beside_its_totals() -> None:
    [total] = sheet_rows(invoice(simulated=True), "totals")
    assert total["note"].value == "SIMULATED: not a bill"
    assert sheet_rows(invoice(), "totals")[0]["note"].value is None


def test_a_workbook_is_of_when_it_was_issued() -> None:
    made = invoice(*MIXED)
    assert book(made).properties.created == ISSUED.replace(tzinfo=None)
    assert {entry.date_time[:3] for entry in ZipFile(io.BytesIO(as_xlsx(made))).infolist()} == {(1980, 1, 31)}


def test_both_hours_that_autumn_repeats_are_told_apart() -> None:
    moments = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (8, 9)]
    rows = csv_rows(invoice(*(call(n, arrived_at=moment) for n, moment in enumerate(moments, start=1))))
    assert [row["local_time"] for row in rows] == ["2026-11-01 01:30:00-07:00", "2026-11-01 01:30:00-08:00"]


def test_moments_are_moments_in_the_zone_that_their_head_names() -> None:
    moments = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (8, 9)]
    rows = sheet_rows(invoice(*(call(n, arrived_at=moment) for n, moment in enumerate(moments, start=1))))
    assert [row[ARRIVED].value for row in rows] == [moment.replace(tzinfo=None) for moment in moments]
    assert [row[LOCAL].value for row in rows] == [datetime(2026, 11, 1, 1, 30)] * 2
    assert {row[LOCAL].number_format for row in rows} == {"yyyy-mm-dd hh:mm:ss"}


def test_the_head_stays_in_sight() -> None:
    assert [sheet.freeze_panes for sheet in book(invoice(*MIXED))] == ["A2", "A2", "A2"]


@given(st.text(max_size=40), st.integers(-(10**12), 10**12))
def test_any_text_and_any_amount_come_back(text: str, amount: int) -> None:
    [row] = csv_rows(invoice(call(1, center=text, amount=amount)))
    assert row["center"].removeprefix("'") == text.removeprefix("'")
    assert Decimal(row["amount"]) * 100 == amount
