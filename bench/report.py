"""What was measured as a page to read. *Pure.*"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bench.figure import Figure, Result, Target

INTRODUCTION = """\
Figures without a unit are ratios, and hold for this run: everything they compare was measured in turns, in short
slices, on the same servers. **b** is a bare Flask view with the SDK's `RequestValidator` and a constant document, under
the same web server with the same settings. Each figure is the median of its rounds, with the least and the greatest
beside it. Every answer was looked at, and after each round the database was asked whether all of the work was done.
"""
HEAD = """\
| figure | median | rounds | target | |
| --- | ---: | ---: | ---: | --- |
"""


def page(
    results: Sequence[Result],
    machine: Sequence[str],
    command: str,
    now: datetime,
    introduction: str = INTRODUCTION,
) -> str:
    """The whole of RESULTS.md, or of another page of results with its own introduction."""
    about = "\n".join(f"- {line}" for line in machine)
    sections = "\n".join(section(result) for result in results)
    return (
        f"# What it costs\n\nMeasured on {now:%Y-%m-%d} by `{command}` on\n\n{about}\n\n"
        f"{introduction}\n{verdict(results)}\n{sections}"
    )


def verdict(results: Sequence[Result]) -> str:
    """Which targets were missed, plainly."""
    missed = [
        f"- {result.title}: {figure.what} – {_number(figure, figure.value)}, and the target is {_bound(figure)}\n"
        for result in results
        for figure in result.figures
        if figure.missed
    ]
    return "**Missed targets:**\n\n" + "".join(missed) if missed else "Every target is met.\n"


def section(result: Result) -> str:
    """A benchmark's table, and what was measured."""
    return f"## {result.title}\n\n{result.meaning}\n\n{HEAD}{''.join(map(row, result.figures))}"


def row(figure: Figure) -> str:
    """A figure as a line of the table."""
    target, verdict = (
        (_bound(figure), "**missed**" if figure.missed else "met") if figure.target else ("", "")
    )
    return f"| {figure.what} | {_number(figure, figure.value)} | {_spread(figure)} | {target} | {verdict} |\n"


def _spread(figure: Figure) -> str:
    if len(figure.rounds) == 1:
        return ""
    return f"{_number(figure, min(figure.rounds))} to {_number(figure, max(figure.rounds))}"


def _bound(figure: Figure) -> str:
    target: Target | None = figure.target
    if target is None:
        return ""
    unit = f" {figure.unit}" if figure.unit else ""
    return f"{'≥' if target.at_least else '≤'} {target.bound:g}{unit}"


def _number(figure: Figure, value: float) -> str:
    return f"{value:.0f} {figure.unit}" if figure.unit and value >= 10 else _small(figure, value)


def _small(figure: Figure, value: float) -> str:
    return f"{value:.1f} {figure.unit}" if figure.unit else f"{value:.{3 if value < 1 else 2}f}"
