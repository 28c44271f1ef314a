"""Rows as text: JSON by the line, and CSV that no spreadsheet takes for formulas."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.sheets.text import as_json, csv_lines, harmless, json_lines, rfc_3339

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read_csv(columns: tuple[str, ...], *rows: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(columns, rows)))))


def test_a_moment_is_written_in_utc() -> None:
    in_los_angeles = datetime(2026, 11, 23, 4, tzinfo=timezone(timedelta(hours=-8)))
    assert rfc_3339(in_los_angeles) == rfc_3339(NOON) == "2026-11-23T12:00:00.000000Z"


def test_each_line_of_json_is_an_object() -> None:
    lines = list(json_lines([{"at": NOON, "name": "Línea\n"}, {"at": None, "name": ""}]))
    assert [json.loads(line) for line in lines] == [
        {"at": "2026-11-23T12:00:00.000000Z", "name": "Línea\n"},
        {"at": None, "name": ""},
    ]
    assert all(line.count("\n") == 1 for line in lines)


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no JSON"):
        as_json(object())


def test_csv_has_a_head_even_without_rows() -> None:
    assert "".join(csv_lines(("call", "at"), [])) == "call,at\n"


def test_values_are_told_as_people_write_them() -> None:
    [row] = read_csv(("a", "b", "c", "d"), {"a": None, "b": True, "c": -7, "d": NOON})
    assert row == {"a": "", "b": "true", "c": "-7", "d": "2026-11-23T12:00:00.000000Z"}


def test_only_text_is_made_harmless_and_numbers_keep_their_decimals() -> None:
    [row] = read_csv(("owed", "credited"), {"owed": Decimal("1234.50"), "credited": Decimal("-35.00")})
    assert row == {"owed": "1234.50", "credited": "-35.00"}


def test_a_written_amount_below_zero_stays_a_number() -> None:
    lines = list(csv_lines(("amount",), [{"amount": "-20.00"}, {"amount": "-20.00+1"}, {"amount": "-2-1"}]))
    assert lines == ["amount\n", "-20.00\n", "'-20.00+1\n", "'-2-1\n"]


def test_what_is_nested_stands_in_one_cell() -> None:
    legs = [{"center": "sunrise-la", "at": NOON}]
    [row] = read_csv(("legs",), {"legs": legs})
    assert json.loads(row["legs"]) == [{"center": "sunrise-la", "at": "2026-11-23T12:00:00.000000Z"}]


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1 310", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_a_cell_is_never_a_formula(name: str) -> None:
    assert read_csv(("name",), {"name": name}) == [{"name": f"'{name}"}]


@given(st.lists(st.text(), max_size=5))
def test_any_text_comes_back_as_it_was_or_harmless(texts: list[str]) -> None:
    rows = [{"name": text, "other": "x"} for text in texts]
    assert [row["name"] for row in read_csv(("name", "other"), *rows)] == [harmless(text) for text in texts]
