"""The promises that a partner's centers owe, or owed, over a connection that shows that partner's rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.promises.model import Promise
from callrouter.reports.paging import all_rows
from callrouter.reports.promises.pages import DUE_FIRST, DuePlace
from callrouter.reports.reading import BATCH


class OwnPromise(TypedDict):
    """A promise. `caller` is masked; `wait_reason` is why it is not attempted now."""

    call: str
    caller: str
    owner: str
    helpline: str | None
    listing: str | None
    state: str
    made_at: datetime
    due_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    wait_reason: str | None
    ended_at: datetime | None


class OwnPromisePage(NamedTuple):
    """Some promises by due time. `later` is where the next page begins; None: there is none."""

    promises: list[OwnPromise]
    total: int
    later: DuePlace | None


_COLUMNS = [
    Call.caller if name == "caller" else Promise.__table__.c[name] for name in OwnPromise.__annotations__
]


def own_promise_page(
    connection: sa.Connection, state: str | None, size: int, after: DuePlace | None = None
) -> OwnPromisePage:
    """Up to `size` promises in a state, or in any: those due first, or those after a place."""
    found = _ask(connection, state, size + 1, after)
    count = sa.select(sa.func.count()).select_from(Promise).where(*_in_state(state))
    later = _place(found[size - 1]) if len(found) > size else None
    return OwnPromisePage(found[:size], connection.execute(count).scalar_one(), later)


def all_own_promises(connection: sa.Connection, state: str | None) -> Iterator[OwnPromise]:
    """Every promise of the list, in its order. They stream."""
    return all_rows(lambda after: _ask(connection, state, BATCH, after), _place)


def _ask(connection: sa.Connection, state: str | None, most: int, after: DuePlace | None) -> list[OwnPromise]:
    query = sa.select(*_COLUMNS).join_from(Promise, Call, Call.sid == Promise.call).where(*_in_state(state))
    rows = connection.execute(DUE_FIRST.cut(query, most, after=after)).mappings()
    return [cast(OwnPromise, dict(row)) for row in rows]


def _in_state(state: str | None) -> Iterator[sa.ColumnElement[bool]]:
    if state:
        yield Promise.state == state


def _place(promise: OwnPromise) -> DuePlace:
    return DuePlace(promise["due_at"], promise["call"])
