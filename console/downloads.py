"""Downloads: rows that stream, whole, in the reader's time zone, as CSV, JSON lines or a workbook.

Each stands in the audit log, and only some run at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass
from datetime import tzinfo
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Any

from flask import Response, abort, request

from callrouter.masking import masked
from callrouter.privacy.audit import Access, record_access
from callrouter.sheets.parts import Row, Shape, is_moment, write_facts, write_sheets
from callrouter.sheets.text import Rows, csv_lines, json_lines
from callrouter.sheets.workbook import Book
from console.access import viewer
from console.dependencies import ConsoleDependencies
from console.frame import asked_at
from console.running_exports import ExportSlot
from console.zones import reader_zone

CSV, XLSX, JSONL = FORMATS = ("csv", "xlsx", "jsonl")
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    JSONL: "application/jsonl; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MANIFEST = "manifest"
_PIECE = 1 << 16
LONGEST_FILTER = 500
"""characters of it in the audit log"""


@dataclass(frozen=True, slots=True)
class FileExport:
    """A file that somebody takes away. `what` stands in the audit log; `rows` None: they are not counted before."""

    what: str
    name: str
    form: str
    filter: str
    rows: int | None = None

    @property
    def subject(self) -> str:
        counted = "" if self.rows is None else f"; {self.rows:,} {'row' if self.rows == 1 else 'rows'}"
        return f"{self.form}: {masked(self.filter)[:LONGEST_FILTER]}{counted}"


def download(
    dependencies: ConsoleDependencies,
    form: str,
    name: str,
    columns: tuple[str, ...] | Shape,
    rows: Rows,
    *,
    what: str = "",
) -> Response:
    """The rows as a file `name` and the form's ending. Answers 404 for an unknown form.

    Lists within rows, which a `Shape` names, become sheets of a workbook, and JSON elsewhere. `what` is exported, where
    the name does not say it.
    """
    if form not in FORMATS:
        abort(HTTPStatus.NOT_FOUND)
    shape = columns if isinstance(columns, Shape) else Shape(columns)
    counted = len(rows) if isinstance(rows, Sized) else None
    export = FileExport(what or name, name, form, _filter_in_words(), counted)
    return send_export(dependencies, export, content(form, name, shape, rows, reader_zone()))


def send_export(dependencies: ConsoleDependencies, export: FileExport, pieces: Iterator[bytes]) -> Response:
    """The pieces of a file, sent as they come. It stands in the audit log before anything is read.

    Answers 503 where as many exports run as may at once.
    """
    slot = dependencies.exports.begin()
    if slot is None:
        abort(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "As many exports as may run at once are running. Try again in some minutes.",
        )
    access = Access(viewer().name, "", asked_at())
    dependencies.database.transact(
        lambda session: record_access(session, access, f"{export.what} exported", export.subject)
    )
    response = Response(_held(slot, pieces), content_type=_TYPES.get(export.form, "application/zip"))
    response.call_on_close(slot.release)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.name}.{export.form}"'
    return response


def _held(slot: ExportSlot, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces. The slot is free again after the last, also where it breaks off."""
    try:
        yield from pieces
    finally:
        slot.release()


def _filter_in_words() -> str:
    """What the address narrows the export down to, and whose it is."""
    parts: dict[str, Any] = {"partner": viewer().partner} if viewer().partner else {}
    parts |= {name: value for name, value in (request.view_args or {}).items() if name != "form"}
    parts |= {
        name: ", ".join(filter(None, values)) for name, values in request.args.lists() if name != "zone"
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value) or "all"


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
