"""A picture: a chart, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from console.charts import BarChart, LineChart

_MANY_HOURS = 10


@dataclass(frozen=True, slots=True)
class PictureCell:
    """A figure in words, and the list that it counts. `address` None: there is nothing to list."""

    words: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class PictureRow:
    label: str
    cells: Sequence[PictureCell]


@dataclass(frozen=True, slots=True)
class PictureTable:
    """`note` says the zone, and what a figure means. The first of `heads` is that of the labels."""

    caption: str
    note: str
    heads: Sequence[str]
    rows: Sequence[PictureRow]
    total: PictureRow | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """`words` are for people who do not see the chart; `hint` is read by everybody."""

    key: str
    title: str
    words: str
    chart: BarChart | LineChart
    table: PictureTable
    hint: str = ""
    is_line: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_line", isinstance(self.chart, LineChart))


def number_words(value: float) -> str:
    """A number of things: `1,250`."""
    return f"{value:,.10g}"


def share_words(part: int, whole: int) -> str:
    """A share in percent, to a tenth."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def span_words(seconds: float) -> str:
    """A span in hours, minutes and seconds: `1:02:03`, `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def round_span_words(seconds: float) -> str:
    """The same where there is little room: from 10 hours on in whole hours, `9,308 h`."""
    hours = round(seconds / 3600)
    return f"{hours:,} h" if hours >= _MANY_HOURS else span_words(seconds)


def several(count: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many}"
