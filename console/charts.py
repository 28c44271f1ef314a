"""Charts: where bars, lines and scales stand, in units of the picture. *Pure.* `charts.html` draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT = 720, 240
LEFT, TOP, FOOT = 56, 16, 24
_PLOT, _BASE = WIDTH - LEFT - 8, HEIGHT - FOOT
_MOST_LABELS, _TICKS = 12, 4
_GAP = 0.25
"""of a bar's place"""
_WIDEST = 64

LabelFormat = Callable[[float], str]
"""a number as a scale or a hint says it"""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale; or a label of the base line."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class BarPart:
    series: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of parts that stand on one another. `hint` says its numbers."""

    x: float
    width: float
    parts: list[BarPart]
    hint: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars side by side. A part's series is its place in `series`."""

    series: Sequence[str]
    bars: list[Bar]
    ticks: list[Tick]
    labels: list[Tick]


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line with a gap wherever there is no value: the points of each stretch, and each point alone."""

    series: int
    stretches: list[str]
    points: list[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class LineChart:
    series: Sequence[str]
    lines: list[ChartLine]
    ticks: list[Tick]
    labels: list[Tick]


def bar_chart(
    series: Sequence[str], labels: Sequence[str], values: Sequence[Sequence[float]], words: LabelFormat
) -> BarChart:
    """A bar for each label; `values` has a number for each series in it."""
    most = max(map(sum, values), default=0) or _TICKS
    ticks = _scale(most, words)
    height = (_BASE - TOP) / _top(most)
    place = _PLOT / max(len(values), 1)
    bars = []
    for number, (label, of_bar) in enumerate(zip(labels, values, strict=True)):
        y, parts = float(_BASE), []
        for place_of, value in enumerate(of_bar):
            y -= value * height
            if value:
                parts.append(BarPart(place_of, round(y, 1), round(value * height, 1)))
        said = ", ".join(
            f"{words(value)} {name}" for name, value in zip(series, of_bar, strict=True) if value
        )
        width = min(place * (1 - _GAP), _WIDEST)
        x = LEFT + place * (number + 0.5) - width / 2
        bars.append(Bar(round(x, 1), round(width, 1), parts, f"{label}: {said or 'none'}"))
    return BarChart(series, bars, ticks, _labels(labels))


def line_chart(
    series: Sequence[str],
    labels: Sequence[str],
    values: Sequence[Sequence[float | None]],
    words: LabelFormat,
    most: float | None = None,
) -> LineChart:
    """A line for each series; `values` has a number or None for each label in it. `most`: the top of the scale."""
    highest = most or max((value for line in values for value in line if value is not None), default=0) or 1
    top = most or _top(highest)
    lines = []
    for number, of_line in enumerate(values):
        points = [
            (x, round(_BASE - (_BASE - TOP) * value / top, 1), f"{label}: {series[number]} {words(value)}")
            if value is not None
            else None
            for x, label, value in zip(_middles(len(labels)), labels, of_line, strict=True)
        ]
        lines.append(ChartLine(number, _stretches(points), [point for point in points if point]))
    return LineChart(series, lines, _scale(highest, words, most), _labels(labels))


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 … and 0.5, 0.2 … that is no smaller."""
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _top(most: float) -> float:
    step = round_step(most / _TICKS)
    return step * -(-most // step)


def _scale(most: float, words: LabelFormat, top: float | None = None) -> list[Tick]:
    top = top or _top(most)
    step = round_step(top / _TICKS)
    marks = [step * mark for mark in range(round(top / step) + 1)]
    return [Tick(round(_BASE - (_BASE - TOP) * mark / top, 1), words(mark)) for mark in marks]


def _middles(count: int) -> list[float]:
    place = _PLOT / max(count, 1)
    return [round(LEFT + place * (number + 0.5), 1) for number in range(count)]


def _labels(labels: Sequence[str]) -> list[Tick]:
    """As many as have room, from the first on."""
    every = -(-len(labels) // _MOST_LABELS) or 1
    marks = zip(_middles(len(labels)), labels, strict=True)
    return [Tick(x, label) for number, (x, label) in enumerate(marks) if number % every == 0]


def _stretches(points: Sequence[tuple[float, float, str] | None]) -> list[str]:
    found: list[list[str]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(f"{point[0]:g},{point[1]:g}")
    return [" ".join(stretch) for stretch in found if len(stretch) > 1]
