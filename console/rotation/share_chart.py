"""The picture of fair and actual shares: where each bar stands. *Pure.* The template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callrouter.reports.rotation.shares import SeatShare
from console.charts import round_step

MOST_BARS = 30
WIDTH, LABEL, ROW, TOP = 720, 180, 34, 24
_BARS = WIDTH - LABEL - 110


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A seat's row: the widths of its two bars, and where the row stands, in units of the picture."""

    seat: SeatShare
    y: int
    fair: float
    actual: float


@dataclass(frozen=True, slots=True)
class ShareChart:
    """The seats with the largest fair shares; `of` is how many there are."""

    bars: list[ShareBar]
    of: int
    ticks: list[tuple[float, str]]
    """where a line of the scale stands, and how many calls it is"""
    height: int


def share_chart(seats: Sequence[SeatShare]) -> ShareChart:
    """The chart of these seats; those with the largest fair shares where they are many."""
    shown = sorted(seats, key=lambda seat: (-seat.fair, seat.center))[:MOST_BARS]
    most = max((max(seat.fair, seat.actual) for seat in shown), default=0.0) or 1.0
    bars = [
        ShareBar(seat, TOP + row * ROW, _BARS * seat.fair / most, _BARS * seat.actual / most)
        for row, seat in enumerate(shown)
    ]
    step = round_step(most / 4)
    counts = [step * tick for tick in range(int(most / step) + 1)]
    ticks = [(round(LABEL + _BARS * count / most, 1), f"{count:,g}") for count in counts]
    return ShareChart(bars, len(seats), ticks, TOP + ROW * len(shown) + 8)
