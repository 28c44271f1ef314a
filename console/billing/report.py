"""The billing report: months by whatever is asked for. Each figure opens the calls, or entries, that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.billing.period import month_of, next_month
from callrouter.errors import Fault
from callrouter.reports.money.differences import differences
from callrouter.reports.money.monthly import (
    BY_PARTNER,
    GROUPINGS,
    MonthlyReport,
    columns,
    monthly,
    monthly_page,
)
from callrouter.reports.money.report_figure import ANY_KEY, ReportFigure, row_figure
from callrouter.staff.roles import Right
from console.access import needs
from console.billing.dates import month_before, read_month
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.whole_numbers import shortened, whole_number
from console.zones import reader_zone

ROWS = 100
"""on a page; an export has all"""
LINKED = {
    "calls": "calls",
    "answered": "answered",
    "promised": "promised",
    "kept": "kept",
    "average_wait_seconds": "waits",
    "talk_seconds": "talk",
    "charged": "charged",
    "amount": "amount",
    "credited": "credited",
    "carrier_cost": "calls_with_cost",
    "calls_with_cost": "calls_with_cost",
}
"""column: the figure whose calls or entries it opens"""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """Which months are asked for, and by what."""

    month: str
    through: str | None
    by: tuple[str, ...]

    @property
    def months(self) -> tuple[str, str]:
        return self.month, self.through or self.month

    @property
    def arguments(self) -> dict[str, Any]:
        """For an address."""
        through = {"through": self.through} if self.through else {}
        return {"month": self.month, **through, "by": list(self.by)}


def add_report(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of the report."""

    @pages.get("")
    @needs(Right.SEE_MONEY)
    def report() -> str:
        asked = _read_request()
        first = _first_row()
        with dependencies.reading() as connection:
            rows = slice(first, first + ROWS)
            found, of = monthly_page(connection, asked.month, asked.through, asked.by, rows)
            waiting = list(differences(connection, settled_too=False))
        if first >= max(of, 1):
            raise Fault(f"there is no page {first // ROWS + 1} of this report")
        return render_template(
            "billing/report.html",
            asked=asked,
            keys=asked.by or BY_PARTNER,
            groupings=tuple(GROUPINGS),
            rows=found["rows"],
            first=first,
            size=ROWS,
            total_rows=of,
            totals=found["totals"],
            differences=waiting,
            link=lambda name, row: _address(_figure(name, row, asked, found)),
            formats=FORMATS,
            before=address("billing.report", month=month_before(asked.month), by=list(asked.by)),
            after=address("billing.report", month=next_month(asked.months[1]), by=list(asked.by)),
            page_address=lambda page: address("billing.report", **asked.arguments, page=page),
            export_address=lambda form: address("billing.exported", form=form, **asked.arguments),
        )

    @pages.get("/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported(form: str) -> Response:
        asked = _read_request()
        with dependencies.reading() as connection:
            found = monthly(connection, asked.month, asked.through, asked.by)
        name = f"billing-{'-'.join(dict.fromkeys(asked.months))}"
        return download(dependencies, form, name, columns(asked.by), found["rows"], what="billing report")


def _read_request() -> ReportRequest:
    month = request.args.get("month") or month_of(asked_at(), reader_zone().key)
    through = request.args.get("through") or None
    by = tuple(dict.fromkeys(name for name in request.args.getlist("by") if name))
    unknown = [name for name in by if name not in GROUPINGS]
    if unknown:
        raise Fault(f"{unknown[0]!r} is nothing to group by: choose among {', '.join(GROUPINGS)}")
    found = ReportRequest(read_month(month), read_month(through) if through else None, by)
    if found.through and found.through < found.month:
        raise Fault(f"the last month {found.through} is before the first, {found.month}")
    return found


def _first_row() -> int:
    text = request.args.get("page", "1")
    page = whole_number(text)
    if not page:
        raise Fault(f"there is no page {shortened(text)} of this report")
    return (page - 1) * ROWS


def _figure(
    column: str, row: Mapping[str, Any], asked: ReportRequest, report: MonthlyReport
) -> ReportFigure | None:
    """The figure that a cell opens; None: nothing is counted, or the calls of a total cannot be told apart."""
    name = LINKED.get(column)
    value = row[column]
    if name is None or not value or value == "0.00":
        return None
    keys = asked.by or BY_PARTNER
    if keys[0] in row:
        return row_figure(name, row, keys, asked.months)
    if name not in {"charged", "amount", "credited"} and _of_several_currencies(row, report):
        return None
    figure = row_figure(name, row, (), asked.months)
    # Without a grouping the report leaves out calls for which nobody was rung.
    return figure if asked.by else _of_partners(figure)


def _of_several_currencies(total: Mapping[str, Any], report: MonthlyReport) -> bool:
    return len([each for each in report["totals"] if each["simulated"] == total["simulated"]]) > 1


def _of_partners(figure: ReportFigure) -> ReportFigure:
    keys = (("partner", ANY_KEY),)
    return ReportFigure(figure.name, figure.first, figure.last, figure.simulated, keys, figure.currency)


def _address(figure: ReportFigure | None) -> str | None:
    if figure is None:
        return None
    if figure.is_money:
        return address("billing.entries", figure=figure.text)
    return address("calls.listed", figure=figure.text)
