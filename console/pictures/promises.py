"""The picture of promises: whether return calls were made in time."""

from __future__ import annotations

from callrouter.reports.calls.history import CallHistory
from callrouter.reports.promises.totals import PromiseTotals
from console.charts import bar_chart
from console.pictures.calls import ListAddress, short_labels, step_label
from console.pictures.picture import Picture, PictureCell, PictureRow, PictureTable, number_words, share_words
from console.pictures.scope import PictureScope

_SERIES = ("kept in time", "kept late", "not kept", "still owed")
_FILTERS = ({"kept": "in time"}, {"kept": "late"}, {"kept": "never"}, {"state": "open"})


def promise_picture(history: CallHistory, steps: list[PromiseTotals], scope: PictureScope) -> Picture:
    """Promises by when they were due, in the steps of the history."""
    total = PromiseTotals(*map(sum, zip(*steps, strict=True))) if steps else PromiseTotals()
    rows = [
        PictureRow(step_label(step, history.step), _cells(found, scope.promises_of(step.period)))
        for step, found in zip(history.steps, steps, strict=True)
    ]
    return Picture(
        "promises",
        "Promises kept in time",
        f"A bar for each {history.step} in which promises were due, stacked by how they ended. Kept in time:"
        f" {share_words(total.in_time, total.promises - total.owed)} of those that have ended.",
        bar_chart(_SERIES, short_labels(history), [list(found) for found in steps], number_words),
        PictureTable(
            "Promises by when they were due",
            scope.note,
            [history.step, "promises", *_SERIES, "in time, of ended"],
            rows,
            PictureRow("all", _cells(total, scope.promises_of(scope.written.period))),
        ),
        "In time: kept before it was due, and no center had missed it. Not kept: declined, unreachable, withdrawn or"
        " expired.",
    )


def _cells(found: PromiseTotals, listed: ListAddress) -> list[PictureCell]:
    parts = [
        PictureCell(number_words(count), listed(**filter_of) if count else None)
        for count, filter_of in zip(found, _FILTERS, strict=True)
    ]
    all_of_them = PictureCell(number_words(found.promises), listed() if found.promises else None)
    return [all_of_them, *parts, PictureCell(share_words(found.in_time, found.promises - found.owed))]
