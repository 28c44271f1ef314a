"""Lays out a table for a terminal: text is wrapped, or each cell gets a line; nothing is cut off. *Pure.*"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from callrouter.invoices.printing.fitting import in_lines

Line = Sequence[str]

READABLE = 16
"""columns of a terminal; text is not wrapped more narrowly"""
_GAP = "  "
_WIDE = ("W", "F")


def laid_out(heads: Line, lines: Sequence[Line], room: int | None) -> str:
    """Lay out cells below their headers in this many columns; None: no limit.

    Headers are wrapped first, then text. If that is not enough, each cell is on a line of its own after its header,
    and a blank line separates the rows.
    """
    widths = _widths(heads, lines, room)
    if widths is None:
        return "\n".join("".join(_on_its_side(heads, line)) for line in lines)
    return "".join(text for line in (heads, *lines) for text in _beside(line, widths))


def width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in text
    )


def _widths(heads: Line, lines: Sequence[Line], room: int | None) -> list[int] | None:
    """The width of each column. None if they do not fit side by side. Without rows only the headers count."""
    wanted = _widest(width, width, heads, lines)
    if room is None or not lines or _total(wanted) <= room:
        return wanted
    for of_cell in (width, _narrowest):
        least = _widest(_longest_word, of_cell, heads, lines)
        if _total(least) <= room:
            return _narrowed(wanted, least, room)
    return None


def _widest(
    of_head: Callable[[str], int], of_cell: Callable[[str], int], heads: Line, lines: Sequence[Line]
) -> list[int]:
    columns = zip(*lines, strict=True) if lines else ([] for _ in heads)
    return [max(of_head(head), *map(of_cell, cells), 0) for head, cells in zip(heads, columns, strict=True)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _longest_word(text: str) -> int:
    return max(map(width, text.split()), default=0)


def _narrowest(cell: str) -> int:
    """The least width of a cell: words are never broken, and short text is not wrapped."""
    return min(width(cell), max(READABLE, _longest_word(cell)))


def _narrowed(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths that fit: the widest columns shrink first, none below its least width."""
    widths = list(wanted)
    while _total(widths) > room:
        widest = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        widths[widest] -= 1
    return widths


def _beside(line: Line, widths: Sequence[int]) -> Iterator[str]:
    """The lines of a row."""
    wrapped = [_wrapped(cell, room) for cell, room in zip(line, widths, strict=True)]
    for cells in zip_longest(*wrapped, fillvalue=""):
        padded = (cell + " " * (room - width(cell)) for cell, room in zip(cells, widths, strict=True))
        yield _GAP.join(padded).rstrip() + "\n"


def _wrapped(cell: str, room: int) -> list[str]:
    return in_lines(cell, room, len(cell), width) or [""]


def _on_its_side(heads: Line, line: Line) -> Iterator[str]:
    return (f"{head}: {cell}\n" for head, cell in zip(heads, line, strict=True))
