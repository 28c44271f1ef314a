"""One page of a list that may be long, in either direction.

A page begins beside a row, not at a number of rows, so that it is as quick among ten million rows as among ten, and
new rows move nothing that somebody reads (keyset paging, https://use-the-index-luke.com/no-offset). *Pure.*
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

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
