"""Printed tables, with a header that is repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from callrouter.invoices.printing.paper import GREY, LEFT, RIGHT, RULE, Look, Paper

HEAD = Look(7, bold=True, color=GREY)
BODY = Look(7.5)
TOTAL = Look(8.5, bold=True)
REMARK = Look(7, color=GREY)
_PADDING = 2.2
_MOST_LINES = 3
_MOST_LINES_OF_A_REMARK = 3


class PrintedColumn(NamedTuple):
    """A column: its header, position and width."""

    head: str
    x: float
    width: float
    align: str = "L"
    look: Look = BODY


def side_by_side(gap: float, *columns: tuple[str, float, str]) -> tuple[PrintedColumn, ...]:
    """Columns (header, width, align) side by side, from the left edge."""
    placed: list[PrintedColumn] = []
    x = LEFT
    for head, width, align in columns:
        placed.append(PrintedColumn(head, x, width, align))
        x += width + gap
    return tuple(placed)


class Table:
    """A table that is printed row by row, over several pages."""

    def __init__(self, paper: Paper, columns: Sequence[PrintedColumn]) -> None:
        self._paper, self._columns = paper, columns
        self._remark_x = columns[1].x
        self._head()

    def _head(self) -> None:
        paper = self._paper
        height = max(paper.height_of(c.head, c.width, HEAD, _MOST_LINES) for c in self._columns)
        paper.room_for(height + 4 * BODY.leading)
        paper.shade(height + 2 * _PADDING)
        paper.y += _PADDING
        for column in self._columns:
            paper.put(column.head, column.x, column.width, HEAD, align=column.align, most=_MOST_LINES)
        paper.y += height + 2 * _PADDING

    def row(self, cells: Sequence[str], remark: str = "") -> None:
        """A row and its remark, on the same page."""
        beside = RIGHT - self._remark_x
        of_cells = self._height(cells)
        of_remark = self._paper.height_of(remark, beside, REMARK, _MOST_LINES_OF_A_REMARK)
        self._make_room(of_cells + of_remark + 2 * _PADDING)
        self._print(cells)
        self._paper.y += of_cells
        self._paper.put(remark, self._remark_x, beside, REMARK, most=_MOST_LINES_OF_A_REMARK)
        self._paper.y += of_remark + _PADDING
        self._paper.rule()

    def total(self, cells: Sequence[str]) -> None:
        """The last row, below a stronger line."""
        height = self._height(cells, TOTAL)
        self._make_room(height + 4 * _PADDING)
        self._paper.rule(RULE, 0.9)
        self._paper.y += _PADDING
        self._print(cells, TOTAL)
        self._paper.y += height + 2 * _PADDING

    def _make_room(self, height: float) -> None:
        if not self._paper.room_for(height):
            self._head()

    def _height(self, cells: Sequence[str], look: Look | None = None) -> float:
        return max(
            self._paper.height_of(cell, column.width, self._look(column, cell, look), _MOST_LINES)
            for column, cell in zip(self._columns, cells, strict=True)
        )

    def _print(self, cells: Sequence[str], look: Look | None = None) -> None:
        """Print all cells on one line, whatever their size."""
        top = self._paper.y + _PADDING
        for column, cell in zip(self._columns, cells, strict=True):
            its_look = self._look(column, cell, look)
            self._paper.y = top + (look or BODY).size - its_look.size
            self._paper.put(cell, column.x, column.width, its_look, align=column.align, most=_MOST_LINES)
        self._paper.y = top

    def _look(self, column: PrintedColumn, cell: str, look: Look | None) -> Look:
        """Figures are aligned right, and small enough to fit."""
        look = look or column.look
        return self._paper.small_enough(cell, column.width, look) if column.align == "R" else look
