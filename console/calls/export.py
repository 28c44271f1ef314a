"""The export of the list of calls: exactly the rows and columns that are shown, with a manifest, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from http import HTTPStatus
from secrets import token_urlsafe

from flask import Blueprint, Response, abort, render_template, request

from callrouter.errors import Fault
from callrouter.reports.calls.listed_calls import count_calls, refuse_unknown
from callrouter.reports.calls.manifest import CallTally, ExportedList
from callrouter.reports.calls.pages import all_calls
from callrouter.sheets.parts import Shape
from callrouter.sheets.text import as_json
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.calls.archive import archived
from console.calls.call_filter import CallQuery, read_filter
from console.calls.columns import exported_columns
from console.calls.export_progress import ExportBoard, ExportProgress
from console.dependencies import ConsoleDependencies
from console.downloads import CSV, FORMATS, JSONL, XLSX, FileExport, content, send_export
from console.frame import address, asked_at
from console.zones import reader_zone

NAME = "calls"
ZIP = ".zip"
WITH_MANIFEST = (CSV + ZIP, JSONL + ZIP, XLSX)
"""a workbook has a sheet for it; the others stand with it in an archive"""
DATA_ALONE = (CSV, JSONL)
MOST_IN_WORKBOOK = 50_000
"""calls: a workbook is sent once it is whole, and nobody waits longer than a minute for its first byte"""


@dataclass(frozen=True)
class CallExport:
    """One export. It reads the database at one moment."""

    dependencies: ConsoleDependencies
    wanted: CallQuery
    form: str
    exported: ExportedList

    def write(self, progress: ExportProgress) -> Iterator[bytes]:
        """The file, or the archive with the file and its manifest."""
        form, tally = self.form.removesuffix(ZIP), CallTally()

        def rows() -> Iterator[dict[str, object]]:
            with self.dependencies.reading() as connection:
                progress.total = count_calls(connection, self.wanted.wanted)
                for call in tally.passing(all_calls(connection, self.wanted.wanted)):
                    yield dict(call)
                    progress.rows = tally.rows

        def in_sheet() -> dict[str, object]:
            return {**tally.manifest(self.exported)}

        file = content(form, NAME, Shape(self.exported.columns), rows(), self.exported.zone, summary=in_sheet)
        if not self.form.endswith(ZIP):
            return file
        return archived(
            self.exported.file, file, lambda digest: self._manifest(tally, digest), self.exported.moment
        )

    def _manifest(self, tally: CallTally, digest: str) -> str:
        return as_json(tally.manifest(self.exported, digest), indent=2, zone=self.exported.zone) + "\n"


def add_call_export(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of the export."""
    board = ExportBoard()

    @pages.get("/calls/export")
    @needs(Right.SEE_CALLS, Right.EXPORT)
    def export() -> str:
        wanted, zone, token = _wanted(), reader_zone(), token_urlsafe(9)
        return render_template(
            "calls_export.html",
            filter=wanted,
            total=_count(dependencies, wanted),
            columns=exported_columns(wanted.columns),
            with_manifest=WITH_MANIFEST,
            data_alone=DATA_ALONE,
            most_in_workbook=MOST_IN_WORKBOOK,
            token=token,
            progress=None,
            export_address=lambda form: address(
                "calls.exported", **wanted.written, form=form, zone=zone.key, token=token
            ),
            back=address("calls.listed", **wanted.written),
        )

    @pages.get("/calls/export.<form>")
    @needs(Right.SEE_CALLS, Right.EXPORT)
    def exported(form: str) -> Response:
        if form not in (*WITH_MANIFEST, *FORMATS):
            abort(HTTPStatus.NOT_FOUND)
        wanted = _wanted()
        total = _count(dependencies, wanted)
        _refuse_large_workbook(form, total)
        written = CallExport(dependencies, wanted, form, _exported_list(form, wanted, reader_zone()))
        token = request.args.get("token") or token_urlsafe(9)
        what = ", ".join(wanted.chips.values()) or "the last week"
        export = FileExport(NAME, NAME, form, what, total)
        return send_export(dependencies, export, board.watched(token, viewer().account, written.write))

    @pages.get("/calls/export/progress/<token>")
    @needs(Right.SEE_CALLS, Right.EXPORT)
    def export_progress(token: str) -> str:
        progress = board.find(token, viewer().account)
        return render_template("calls_export_progress.html", token=token, progress=progress)


def _wanted() -> CallQuery:
    wanted = read_filter(request.args, reader_zone(), asked_at(), viewer().may)
    if wanted.names_caller and not viewer().may(Right.SEARCH_NUMBERS):
        abort(HTTPStatus.FORBIDDEN)
    return wanted


def _count(dependencies: ConsoleDependencies, wanted: CallQuery) -> int:
    with dependencies.reading() as connection:
        refuse_unknown(connection, wanted.wanted)
        return count_calls(connection, wanted.wanted)


def _refuse_large_workbook(form: str, total: int) -> None:
    if form == XLSX and total > MOST_IN_WORKBOOK:
        raise Fault(
            f"a workbook is made of up to {MOST_IN_WORKBOOK:,} calls, and these are {total:,}:"
            " take CSV, which every spreadsheet opens, or narrow the list down"
        )


def _exported_list(form: str, wanted: CallQuery, zone: tzinfo) -> ExportedList:
    return ExportedList(
        file=f"{NAME}.{form.removesuffix(ZIP)}",
        columns=exported_columns(wanted.columns),
        filter=wanted.in_words,
        period=wanted.wanted.period,
        zone=zone,
        moment=asked_at(),
        person=viewer().name,
        with_sums=viewer().may(Right.SEE_MONEY),
    )
