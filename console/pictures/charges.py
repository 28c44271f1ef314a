"""The picture of charges: what each month came to, as the billing report says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from callrouter.money import Money
from callrouter.reports.money.charges_by_month import MonthCharges
from callrouter.reports.money.report_figure import ReportFigure
from console.charts import bar_chart
from console.frame import address
from console.pictures.picture import Picture, PictureCell, PictureRow, PictureTable, number_words


def charge_pictures(months: Sequence[MonthCharges]) -> Iterator[Picture]:
    """A picture for each currency."""
    for currency in sorted({month.currency for month in months}):
        yield _picture(currency, [month for month in months if month.currency == currency])


def _picture(currency: str, months: Sequence[MonthCharges]) -> Picture:
    values = [[float(Money(month.amount, currency).decimal())] for month in months]
    simulated = " of simulated calls" if any(month.simulated for month in months) else ""
    return Picture(
        f"charges-{currency}",
        f"Charges by month in {currency}",
        f"A bar for each month: what was entered to be paid in {currency}.",
        bar_chart([currency], [month.month for month in months], values, number_words),
        PictureTable(
            f"Charges by month{simulated}",
            "months in each partner's time zone, whatever the period above; as in the billing report",
            ["month", "charged calls", f"amount in {currency}", f"credited in {currency}"],
            [PictureRow(month.month, list(_cells(month))) for month in months],
        ),
    )


def _cells(month: MonthCharges) -> Iterator[PictureCell]:
    of: dict[str, Any] = {
        "first": month.month,
        "last": month.month,
        "simulated": month.simulated,
        "keys": (("month", month.month),),
        "currency": month.currency,
    }
    charged = ReportFigure("charged", **of).text
    yield PictureCell(
        number_words(month.charged), address("calls.listed", figure=charged) if month.charged else None
    )
    for name, amount in (("amount", month.amount), ("credited", month.credited)):
        figure = ReportFigure(name, **of).text
        words = Money(amount, month.currency).decimal()
        yield PictureCell(words, address("billing.entries", figure=figure) if amount else None)
