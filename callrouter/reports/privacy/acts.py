"""The purges, erasures and rotations so far, the newest first. The transactions of one purge are one line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.privacy.model import PrivacyAct
from callrouter.reports.paging import KeysetOrder, ListPage, list_page

_SUMMED = ("keys", "numbers", "match_values", "messages", "salts", "promises")


class ListedAct(NamedTuple):
    """A purge, an erasure or a rotation."""

    id: int
    at: datetime
    act: str
    person: str | None
    reason: str | None
    up_to: date | None
    held_back: int
    keys: int
    numbers: int
    match_values: int
    messages: int
    salts: int
    promises: int


def _listed() -> sa.Subquery:
    table = PrivacyAct.__table__
    one_run = (table.c.at, table.c.act, table.c.person, table.c.reason)
    return (
        sa.select(
            sa.func.max(table.c.id).label("id"),
            *one_run,
            sa.func.max(table.c.up_to).label("up_to"),
            sa.func.max(table.c.held_back).label("held_back"),
            *(sa.func.sum(table.c[name]).label(name) for name in _SUMMED),
        )
        .group_by(*one_run)
        .subquery()
    )


_LISTED = _listed()
_ORDER = KeysetOrder((_LISTED.c.id,))


def privacy_acts(
    connection: sa.Connection, size: int, *, after: int | None = None, before: int | None = None
) -> ListPage[ListedAct, int]:
    """A page of them."""
    query = sa.select(*(_LISTED.c[name] for name in ListedAct._fields))
    places: dict[str, Any] = {
        name: None if place is None else (place,) for name, place in (("after", after), ("before", before))
    }
    found = [ListedAct(*row) for row in connection.execute(_ORDER.cut(query, size + 1, **places))]
    return list_page(found, size, lambda act: act.id, after=after, before=before)
