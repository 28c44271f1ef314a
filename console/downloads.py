"""Downloads: rows that stream, whole, in the reader's time zone, as CSV, JSON lines or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from tempfile import TemporaryFile

from flask import Response, abort

from callrouter.sheets.parts import Row, Shape, is_moment, write_facts, write_sheets
from callrouter.sheets.text import Rows, csv_lines, json_lines
from callrouter.sheets.workbook import Book

CSV, XLSX, JSONL = FORMATS = ("csv", "xlsx", "jsonl")
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    JSONL: "application/jsonl; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MANIFEST = "manifest"
_PIECE = 1 << 16
NOT_FOUND = 404


def download(form: str, name: str, columns: tuple[str, ...] | Shape, rows: Rows, zone: tzinfo) -> Response:
    """The rows as a file `name` and the form's ending. Answers 404 for a form that there is not.

    Lists within rows, which a `Shape` names, become sheets of a workbook, and JSON elsewhere.
    """
    if form not in FORMATS:
        abort(NOT_FOUND)
    shape = columns if isinstance(columns, Shape) else Shape(columns)
    return file_response(form, name, content(form, name, shape, rows, zone))


def file_response(form: str, name: str, pieces: Iterator[bytes]) -> Response:
    """The pieces of a file, sent as they come."""
    response = Response(pieces, content_type=_TYPES.get(form, "application/zip"))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def content(
    form: str, name: str, shape: Shape, rows: Rows, zone: tzinfo, *, summary: Callable[[], Row] | None = None
) -> Iterator[bytes]:
    """The rows as a file of one of the `FORMATS`. A workbook has a sheet for the summary; the others have none."""
    if form == XLSX:
        return _workbook(name, shape, rows, zone, summary)
    columns = shape.columns
    if form == CSV:
        heads = tuple(_head(column, zone) for column in columns)
        lines = csv_lines(heads, ({_head(name, zone): row[name] for name in columns} for row in rows), zone)
    else:
        lines = json_lines(({name: row[name] for name in columns} for row in rows), zone)
    return (line.encode() for line in lines)


def _head(name: str, zone: tzinfo) -> str:
    """A head of moments names the zone that they stand in."""
    return f"{name} ({zone})" if is_moment(name) else name


def _workbook(
    name: str, shape: Shape, rows: Rows, zone: tzinfo, summary: Callable[[], Row] | None
) -> Iterator[bytes]:
    with TemporaryFile() as whole:
        with Book(whole) as book:
            write_sheets(book, name, shape, rows, zone)
            if summary:
                write_facts(book, MANIFEST, summary(), zone)
        whole.seek(0)
        while piece := whole.read(_PIECE):
            yield piece
