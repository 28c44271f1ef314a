"""Rates: what each verified partner pays, and who deviates from the equal price."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from callrouter.errors import Fault
from callrouter.reports.money.rates import RateRow, rate_rows
from callrouter.reports.period import YEARS
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.zones import reader_zone

DEVIATING = "deviating"


def add_rates(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of rates."""

    @pages.get("/rates")
    @needs(Right.SEE_MONEY)
    def rates() -> str:
        day = _day()
        return render_template(
            "billing/rates.html",
            rows=_rows(dependencies, day),
            day=day.isoformat(),
            only_deviating=bool(request.args.get(DEVIATING)),
            formats=FORMATS,
            export_address=lambda form: address(
                "billing.exported_rates", form=form, at=day.isoformat(), deviating=request.args.get(DEVIATING)
            ),
        )

    @pages.get("/rates/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_rates(form: str) -> Response:
        columns = tuple(RateRow.__annotations__)
        return download(dependencies, form, "rates", columns, _rows(dependencies, _day()))


def _rows(dependencies: ConsoleDependencies, day: date) -> list[RateRow]:
    directory = dependencies.database.transact(dependencies.directories.in_force)
    return rate_rows(directory, day, only_deviating=bool(request.args.get(DEVIATING)))


def _day() -> date:
    written = request.args.get("at")
    if not written:
        return asked_at().astimezone(reader_zone()).date()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Fault(f"{written[:40]!r} is not a day: write it as 2026-11-24") from None
    if day.year not in YEARS:
        raise Fault(f"{written} is too far away: write a year from {YEARS[0]} to {YEARS[-1]}")
    return day
