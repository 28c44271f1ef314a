"""Fits text into a width: wraps it between words, and cuts what is too long. *Pure.*"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

ELLIPSIS = "…"
Measure = Callable[[str], float]


def in_lines(text: str, width: float, most: int, measure: Measure) -> list[str]:
    """The text in at most this many lines. No line is wider than `width`, except a single letter."""
    lines: list[str] = []
    while text and len(lines) < most:
        line = _first_line(text, width, measure)
        lines.append(line.rstrip())
        text = text[len(line) :].lstrip()
    if text:
        lines[-1] = _cut(lines[-1], width, measure)
    return lines


def _first_line(text: str, width: float, measure: Measure) -> str:
    if measure(text) <= width:
        return text
    fitting = _how_many(text, width, measure)
    space = text.rfind(" ", 0, fitting + 1)
    return text[: space if space > 0 else max(1, fitting)]


def _cut(text: str, width: float, measure: Measure) -> str:
    fitting = _how_many(text, width - measure(ELLIPSIS), measure)
    return text[:fitting].rstrip() + ELLIPSIS


def _how_many(text: str, width: float, measure: Measure) -> int:
    """How many letters fit."""
    return bisect_right(range(len(text) + 1), width, key=lambda length: measure(text[:length])) - 1
