"""Compares totals that are kept with a recount of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa


class DifferingFigure(NamedTuple):
    figure: str
    kept: int
    recounted: int


def compare(
    table: sa.FromClause, recount: sa.Select[Any], dimensions: Sequence[str], figures: Sequence[str]
) -> sa.Select[Any]:
    """The rows that differ, by their dimensions. Each figure stands there twice: kept (`_0`) and recounted (`_1`)."""
    kept, recounted = table.alias("kept"), recount.subquery("recounted")
    both = {
        name: (sa.func.coalesce(kept.c[name], 0), sa.func.coalesce(recounted.c[name], 0)) for name in figures
    }
    same = sa.and_(*(kept.c[name] == recounted.c[name] for name in dimensions))
    return (
        sa.select(
            *(sa.func.coalesce(kept.c[name], recounted.c[name]).label(name) for name in dimensions),
            *(column.label(f"{name}_{place}") for name in figures for place, column in enumerate(both[name])),
        )
        .select_from(sa.join(kept, recounted, same, full=True))
        .where(sa.or_(*(one != other for one, other in both.values())))
        .order_by(*(sa.literal_column(str(place + 1)) for place in range(len(dimensions))))
    )


def differing(row: sa.RowMapping, figures: Sequence[str]) -> Iterator[DifferingFigure]:
    """The figures of a row that differ."""
    for figure in figures:
        kept, recounted = row[f"{figure}_0"], row[f"{figure}_1"]
        if kept != recounted:
            yield DifferingFigure(figure, kept, recounted)
