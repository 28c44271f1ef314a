"""The ledger entries behind a figure of money. Their sum is the figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.errors import Fault
from callrouter.reports.money.figure_entries import FigureEntry, all_entries, entry_page
from callrouter.reports.money.report_figure import ReportFigure, read_figure
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address
from console.whole_numbers import LONGEST_ID, shortened, whole_number

PAGE = 100


def add_entries(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of the entries."""

    @pages.get("/entries")
    @needs(Right.SEE_MONEY)
    def entries() -> str:
        figure = read_figure(request.args.get("figure", ""))
        with dependencies.reading() as connection:
            page = entry_page(connection, figure, PAGE, _place("after"), _place("before"))
        return render_template(
            "billing/entries.html",
            figure=figure,
            page=page,
            formats=FORMATS,
            page_address=lambda **place: address("billing.entries", figure=figure.text, **place),
            export_address=lambda form: address("billing.exported_entries", form=form, figure=figure.text),
        )

    @pages.get("/entries/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_entries(form: str) -> Response:
        figure = read_figure(request.args.get("figure", ""))
        rows = _rows(dependencies, figure)
        return download(dependencies, form, "entries", tuple(FigureEntry.__annotations__), rows)


def _place(name: str) -> int | None:
    text = request.args.get(name)
    place = None if text is None else whole_number(text, LONGEST_ID)
    if text is not None and place is None:
        raise Fault(f"{shortened(text)} is no place in this list")
    return place


def _rows(dependencies: ConsoleDependencies, figure: ReportFigure) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_entries(connection, figure)
