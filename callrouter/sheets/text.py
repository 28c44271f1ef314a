"""Rows as text for programs: JSON, JSON lines and CSV, with times in UTC or in a zone. *Pure.*"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any

Rows = Iterable[Mapping[str, Any]]

# https://owasp.org/www-community/attacks/CSV_Injection
_BELOW_ZERO = re.compile(r"-[0-9]{1,18}(\.[0-9]{1,4})?")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rfc_3339(moment: datetime, zone: tzinfo = UTC) -> str:
    """`2026-11-23T18:00:00.000000Z`, of fixed width, so that text sorts like time.

    In another zone it has the offset, `2026-11-23T10:00:00.000000-08:00`.
    """
    written = moment.astimezone(zone).isoformat(timespec="microseconds")
    return written.removesuffix("+00:00") + "Z" if zone is UTC else written


def as_json(value: Any, indent: int | None = None, zone: tzinfo = UTC) -> str:
    """A value as JSON."""
    written = partial(_moment_or_refusal, zone=zone)
    return json.dumps(value, ensure_ascii=False, default=written, indent=indent)


def json_lines(rows: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """One object a line."""
    return (as_json(row, zone=zone) + "\n" for row in rows)


def json_list(rows: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """One list with an object on each line. It is streamed."""
    before = "[\n"
    for row in rows:
        yield before + as_json(row, zone=zone)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def csv_lines(columns: Sequence[str], rows: Rows, zone: tzinfo = UTC) -> Iterator[str]:
    """A header and a line for each row. Nested values are JSON in their cell."""
    yield _csv_line(columns)
    for row in rows:
        yield _csv_line([_csv_cell(row[name], zone) for name in columns])


def _csv_cell(value: Any, zone: tzinfo) -> str:
    """Only text can be a formula."""
    return harmless(value) if isinstance(value, str) else cell(value, zone)


def cell(value: Any, zone: tzinfo = UTC) -> str:
    """A value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return rfc_3339(value, zone) if isinstance(value, datetime) else as_json(value, zone=zone)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula. A negative amount stays a number."""
    is_formula = text.startswith(FORMULA_SIGNS) and not _BELOW_ZERO.fullmatch(text)
    return f"'{text}" if is_formula else text


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    # The writer quotes line ends only if they are its line terminator.
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _moment_or_refusal(value: Any, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return rfc_3339(value, zone)
    raise TypeError(f"{type(value).__name__} has no JSON")
