"""The purges, erasures and rotations so far, the newest first. The transactions of one purge are one line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.privacy.acts import ActKind, Destroyed
from callrouter.privacy.model import PrivacyAct
from callrouter.reports.paging import KeysetOrder, ListPage, list_page

_DESTROYED = ("keys", "numbers", "match_values", "messages", "salts", "promises")


class ListedAct(NamedTuple):
    """A purge, an erasure or a rotation."""

    id: int
    at: datetime
    act: str
    completed: bool
    """False: a purge that goes on, or was stopped and goes on at the next time"""
    person: str | None
    reason: str | None
    up_to: date | None
    held_back: int
    destroyed: Destroyed


def _listed() -> sa.Subquery:
    table = PrivacyAct.__table__
    is_completed = table.c.act == ActKind.PURGE_COMPLETED.value
    act = sa.case((is_completed, ActKind.PURGE.value), else_=table.c.act).label("act")
    one_run = (table.c.at, act, table.c.person, table.c.reason)
    return (
        sa.select(
            sa.func.max(table.c.id).label("id"),
            *one_run,
            sa.func.bool_or(sa.or_(is_completed, table.c.act != ActKind.PURGE.value)).label("completed"),
            sa.func.max(table.c.up_to).filter(is_completed).label("up_to"),
            sa.func.max(table.c.held_back).label("held_back"),
            *(sa.func.sum(table.c[name]).label(name) for name in _DESTROYED),
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
    places: dict[str, Any] = {
        name: None if place is None else (place,) for name, place in (("after", after), ("before", before))
    }
    query = _ORDER.cut(sa.select(*_LISTED.c), size + 1, **places)
    found = [_act(row._asdict()) for row in connection.execute(query)]
    return list_page(found, size, lambda act: act.id, after=after, before=before)


def _act(row: dict[str, Any]) -> ListedAct:
    destroyed = Destroyed(**{name: int(row.pop(name)) for name in _DESTROYED})
    return ListedAct(**row, destroyed=destroyed)
