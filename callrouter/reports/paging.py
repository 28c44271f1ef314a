"""One page of a list that may be long, in either direction.

A page begins beside a row, not at a number of rows, so that it is as quick among ten million rows as among ten, and
new rows move nothing that somebody reads (keyset paging, https://use-the-index-luke.com/no-offset). *Pure.*
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

Row = TypeVar("Row")
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row, Place]):
    """Rows in the order of the list, and the places before and after them; None: there are no more on that side."""

    rows: list[Row]
    previous: Place | None
    following: Place | None


def list_page(
    found: Sequence[Row],
    size: int,
    place: Callable[[Row], Place],
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> ListPage[Row, Place]:
    """The page of what was found: up to `size` + 1 rows after a place, or before one and then in backward order."""
    more, rows = len(found) > size, list(found[:size])
    if before is not None:
        rows.reverse()
    if not rows:
        return ListPage(rows, None, None)
    has_previous = more if before is not None else after is not None
    has_following = before is not None or more
    return ListPage(
        rows, place(rows[0]) if has_previous else None, place(rows[-1]) if has_following else None
    )


@dataclass(frozen=True, slots=True)
class KeysetOrder:
    """The order of a list: columns that are unique together, all in one direction. A place has a value of each."""

    columns: tuple[sa.SQLColumnExpression[Any], ...]
    descending: bool = True

    def cut(
        self,
        query: sa.Select[Any],
        most: int | None,
        *,
        after: Iterable[Any] | None = None,
        before: Iterable[Any] | None = None,
    ) -> sa.Select[Any]:
        """Up to `most` rows: the first, those after a place, or those before one in backward order."""
        if after is not None:
            query = query.where(self._is_beyond(after, smaller=self.descending))
        if before is not None:
            query = query.where(self._is_beyond(before, smaller=not self.descending))
        descending = self.descending is (before is None)
        return query.order_by(
            *(column.desc() if descending else column.asc() for column in self.columns)
        ).limit(most)

    def _is_beyond(self, place: Iterable[Any], *, smaller: bool) -> sa.ColumnElement[bool]:
        own, other = sa.tuple_(*self.columns), sa.tuple_(*map(sa.literal, place))
        return own < other if smaller else own > other


def all_rows(ask: Callable[[Place | None], Sequence[Row]], place: Callable[[Row], Place]) -> Iterator[Row]:
    """Every row of a list. `ask` returns some rows after a place, and none after the last one."""
    after = None
    while rows := ask(after):
        yield from rows
        after = place(rows[-1])
