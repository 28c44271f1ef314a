"""Promises: the return calls that callers were promised, and who owes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.calls.model import call
from callrouter.promises.model import promise
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches


class Promise(TypedDict):
    """One promise; `owner` is the center that owes it, missing where staff must find one."""

    call: str
    owner: str | None
    helpline: str | None
    listing: str | None
    state: str
    made_at: datetime
    due_at: datetime
    attempts: int
    ended_at: datetime | None


class ExportedPromise(Promise):
    """A promise beside those of other calls."""

    simulated: bool


def exported_promises(connection: sa.Connection, period: Period) -> Iterator[ExportedPromise]:
    """The promises that were made in a period, in their order."""
    query = (
        sa.select(promise, call.c.simulated)
        .join_from(promise, call, call.c.sid == promise.c.call)
        .where(*period.holds(promise.c.made_at))
        .order_by(promise.c.made_at, promise.c.call)
    )
    for batch in in_batches(connection, query):
        for row in batch:
            yield ExportedPromise(**_promise(row), simulated=row["simulated"])


def promises(connection: sa.Connection, calls: Sequence[str]) -> list[Promise]:
    """The promises made to these callers."""
    query = sa.select(promise).where(promise.c.call.in_(calls))
    return [_promise(row) for row in connection.execute(query).mappings()]


def _promise(row: sa.RowMapping) -> Promise:
    return Promise(
        call=row["call"],
        owner=row["owner"],
        helpline=row["helpline"],
        listing=row["listing"],
        state=row["state"],
        made_at=row["made_at"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        ended_at=row["ended_at"],
    )
