"""Reads promises: the return calls that callers were promised, and who owes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict, cast

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.errors import NotKnown
from callrouter.promises.model import Promise, ReturnCall
from callrouter.reports.period import Period
from callrouter.reports.reading import in_batches


class PromiseRow(TypedDict):
    """A promise. `owner` is the center that owes it; absent: staff must find one."""

    call: str
    owner: str | None
    helpline: str | None
    listing: str | None
    state: str
    made_at: datetime
    due_at: datetime
    attempts: int
    ended_at: datetime | None


class ListedPromise(TypedDict):
    """A promise in a list. `wait_reason` is why it is not attempted now."""

    call: str
    caller: str
    owner: str | None
    helpline: str | None
    listing: str | None
    state: str
    made_at: datetime
    due_at: datetime
    attempts: int
    misses: int
    next_attempt_at: datetime | None
    wait_reason: str | None
    ended_at: datetime | None
    end_reason: str | None


class AttemptRow(TypedDict):
    """A return call: its owner was rung, and the caller from `taken_at` on."""

    number: int
    center: str
    partner: str
    kind: str
    began_at: datetime
    sid: str | None
    taken_at: datetime | None
    agreed_at: datetime | None
    outcome: str | None
    talk_seconds: int | None
    closed_at: datetime | None


class PromiseStory(ListedPromise):
    """A promise with its consent and every return call."""

    consent_words: str
    consent_key: str
    consent_at: datetime
    message_allowed: bool
    return_calls: list[AttemptRow]


class ExportedPromise(PromiseRow):
    """A promise beside those of other calls."""

    simulated: bool


def exported_promises(connection: sa.Connection, period: Period) -> Iterator[ExportedPromise]:
    """The promises that were made in a period, in order."""
    query = (
        sa.select(Promise.__table__, Call.simulated)
        .join_from(Promise, Call, Call.sid == Promise.call)
        .where(*period.holds(Promise.made_at))
        .order_by(Promise.made_at, Promise.call)
    )
    for batch in in_batches(connection, query):
        for row in batch:
            yield ExportedPromise(**_promise(row), simulated=row["simulated"])


def promises(connection: sa.Connection, calls: Sequence[str]) -> list[PromiseRow]:
    """The promises that were made on these calls."""
    columns = [Promise.__table__.c[name] for name in PromiseRow.__annotations__]
    query = sa.select(*columns).where(Promise.call.in_(calls))
    return [_promise(row) for row in connection.execute(query).mappings()]


def listed_promises(connection: sa.Connection, *, ended_too: bool) -> Iterator[ListedPromise]:
    """The open promises, earliest deadline first; then the ended ones, if requested."""
    query = (
        sa.select(Promise.__table__, Call.caller)
        .join_from(Promise, Call, Call.sid == Promise.call)
        .order_by(Promise.ended_at.is_not(None), Promise.due_at, Promise.call)
    )
    if not ended_too:
        query = query.where(Promise.state == "open")
    for row in connection.execute(query).mappings():
        yield listed(row)


def promise_story(connection: sa.Connection, sid: str) -> PromiseStory:
    """Everything about the promise of a call. Raises NotKnown if there is none."""
    query = sa.select(Promise.__table__, Call.caller).join_from(Promise, Call, Call.sid == Promise.call)
    row = connection.execute(query.where(Promise.call == sid)).mappings().one_or_none()
    if row is None:
        raise NotKnown(
            f"nobody was promised a return call on {sid}; `callrouter promises list` shows the open ones"
        )
    return PromiseStory(
        **listed(row),
        consent_words=row["consent_words"],
        consent_key=row["consent_key"],
        consent_at=row["consent_at"],
        message_allowed=row["message_allowed"],
        return_calls=return_calls(connection, sid),
    )


def return_calls(connection: sa.Connection, sid: str) -> list[AttemptRow]:
    """Every return call for the promise of a call."""
    columns = [ReturnCall.__table__.c[name] for name in AttemptRow.__annotations__]
    query = sa.select(*columns).where(ReturnCall.call == sid).order_by(ReturnCall.number)
    rows = connection.execute(query).mappings()
    return [cast(AttemptRow, {name: row[name] for name in AttemptRow.__annotations__}) for row in rows]


def listed(row: sa.RowMapping) -> ListedPromise:
    """The promise of a row that has all its columns, and the caller of its call."""
    return cast(ListedPromise, {name: row[name] for name in ListedPromise.__annotations__})


def _promise(row: sa.RowMapping) -> PromiseRow:
    return PromiseRow(
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
