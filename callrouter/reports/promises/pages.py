"""The queue of promises, page by page: what is due first at the top (keyset paging, see `paging.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.promises.deadlines import DECLINED, EXPIRED, KEPT, UNREACHABLE, WITHDRAWN
from callrouter.promises.model import OPEN, Promise
from callrouter.reports.paging import KeysetOrder, all_rows, list_page
from callrouter.reports.period import ALWAYS, Period
from callrouter.reports.promises.figures import IN_TIME
from callrouter.reports.promises.promises import ListedPromise, listed
from callrouter.reports.reading import BATCH

STATES = (OPEN, KEPT, DECLINED, UNREACHABLE, WITHDRAWN, EXPIRED)
NOBODY = "nobody"
"""written for an owner: staff must find one"""
DUE_FIRST = KeysetOrder((Promise.due_at, Promise.call), descending=False)


@dataclass(frozen=True, slots=True)
class WantedPromises:
    """Which promises; None: whatever it is. `late_at` wants those that were not kept when they were due, at a moment.

    `in_time` tells kept promises apart (`promise_figures.py`), and `not_kept` wants those that ended otherwise.
    """

    state: str | None = OPEN
    owner: str | None = None
    helpline: str | None = None
    late_at: datetime | None = None
    due: Period = ALWAYS
    in_time: bool | None = None
    not_kept: bool = False


class DuePlace(NamedTuple):
    """A place in the queue: just beside this promise."""

    due_at: datetime
    call: str


@dataclass(frozen=True, slots=True)
class PromisePage:
    """Some promises by due time, and the places before and after them; None: there are no more on that side."""

    promises: list[ListedPromise]
    total: int
    earlier: DuePlace | None
    later: DuePlace | None


def promise_page(
    connection: sa.Connection,
    wanted: WantedPromises,
    size: int,
    *,
    after: DuePlace | None = None,
    before: DuePlace | None = None,
) -> PromisePage:
    """Up to `size` promises: those due after a place, those due before a place, or the first of all."""
    found = _ask(connection, wanted, size + 1, after=after, before=before)
    page = list_page(found, size, _place, after=after, before=before)
    return PromisePage(page.rows, count_promises(connection, wanted), page.previous, page.following)


def all_promises(connection: sa.Connection, wanted: WantedPromises) -> Iterator[ListedPromise]:
    """Every promise of the list, in its order. They stream."""
    return all_rows(lambda after: _ask(connection, wanted, BATCH, after=after), _place)


def count_promises(connection: sa.Connection, wanted: WantedPromises) -> int:
    """How many promises are wanted, to the last one."""
    query = sa.select(sa.func.count()).select_from(Promise).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def _ask(
    connection: sa.Connection,
    wanted: WantedPromises,
    most: int,
    *,
    after: DuePlace | None = None,
    before: DuePlace | None = None,
) -> list[ListedPromise]:
    query = sa.select(Promise.__table__, Call.caller).join_from(Promise, Call, Call.sid == Promise.call)
    query = DUE_FIRST.cut(query.where(*_conditions(wanted)), most, after=after, before=before)
    return [listed(row) for row in connection.execute(query).mappings()]


def _conditions(wanted: WantedPromises) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.state:
        yield Promise.state == wanted.state
    if wanted.owner == NOBODY:
        yield Promise.owner.is_(None)
    elif wanted.owner:
        yield Promise.owner == wanted.owner
    if wanted.helpline:
        yield Promise.helpline == wanted.helpline
    yield from wanted.due.holds(Promise.due_at)
    if wanted.in_time is not None:
        yield Promise.state == KEPT
        yield IN_TIME if wanted.in_time else sa.not_(IN_TIME)
    if wanted.not_kept:
        yield Promise.state.not_in([KEPT, OPEN])
    if wanted.late_at:
        yield Promise.due_at <= sa.func.coalesce(Promise.ended_at, wanted.late_at)


def _place(promise: ListedPromise) -> DuePlace:
    return DuePlace(promise["due_at"], promise["call"])
