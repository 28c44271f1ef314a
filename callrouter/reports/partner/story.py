"""The story of a call as a partner may know it, over a connection that shows that partner's rows alone.

It tells when the call was, and what the partner's own centers did. It tells neither who else was rung nor what the
caller was told of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict, cast

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.calls.legs import LegRow, legs
from callrouter.reports.calls.timeline import GOOD, WARNING, TimelineEntry
from callrouter.reports.money.charges import EntryRow, entries
from callrouter.reports.money.disputes import DisputeRow, disputes
from callrouter.reports.promises.promises import AttemptRow, PromiseRow, promises, return_calls


class OwnHeader(TypedDict):
    """The call itself. `caller` is masked; `bound_listing` is the partner's own."""

    sid: str
    arrived_at: datetime
    ended_at: datetime | None
    bound_listing: str | None
    helpline: str | None
    caller: str
    state: str
    language: str
    shows_number: bool
    simulated: bool


class OwnStory(OwnHeader):
    """What the partner's centers had to do with it. `promise` is one that a center of the partner owes now."""

    legs: list[LegRow]
    return_calls: list[AttemptRow]
    promise: PromiseRow | None
    entries: list[EntryRow]
    disputes: list[DisputeRow]


def own_story(connection: sa.Connection, written: str) -> OwnStory:
    """The story of a call of the partner, by its CallSid or the beginning of it. It raises what `find_call` raises."""
    sid = find_call(connection, written)
    columns = [Call.__table__.c[name] for name in OwnHeader.__annotations__]
    row = connection.execute(sa.select(*columns).where(Call.sid == sid)).mappings().one()
    return OwnStory(
        **cast(OwnHeader, dict(row)),
        legs=legs(connection, [sid]),
        return_calls=return_calls(connection, sid),
        promise=next(iter(promises(connection, [sid])), None),
        entries=entries(connection, [sid]),
        disputes=list(disputes(connection, calls=[sid])),
    )


def own_timeline(story: OwnStory) -> list[TimelineEntry]:
    """What happened at the partner's centers, the oldest first."""
    found = [
        TimelineEntry(story["arrived_at"], "the call arrives"),
        *(entry for leg in story["legs"] for entry in _leg(leg)),
        *map(_attempt, story["return_calls"]),
        *map(_entry, story["entries"]),
    ]
    return sorted(found, key=lambda entry: entry.at)


def _leg(leg: LegRow) -> Iterator[TimelineEntry]:
    center = leg["center"]
    yield TimelineEntry(
        leg["began_at"], f"{center} is rung", f"at {leg['number']}, for up to {leg['ring_seconds']} s"
    )
    if leg["taken_at"]:
        yield TimelineEntry(leg["taken_at"], f"{center} presses 1 and takes the call", mood=GOOD)
    if leg["closed_at"]:
        talk = f"{leg['talk_seconds']} s of talk" if leg["accepted"] else ""
        mood = GOOD if leg["accepted"] else WARNING
        yield TimelineEntry(leg["closed_at"], f"{center}: {leg['outcome']}", talk, mood)


def _attempt(attempt: AttemptRow) -> TimelineEntry:
    outcome = attempt["outcome"] or "in progress"
    return TimelineEntry(attempt["began_at"], f"return call through {attempt['center']}: {outcome}")


def _entry(entry: EntryRow) -> TimelineEntry:
    name = f"{entry['entry'].replace('_', ' ')} of {entry['amount']} {entry['currency']}"
    why = f": {entry['reason']}" if entry["reason"] else ""
    return TimelineEntry(entry["posted_at"], name, f"{entry['kind']}, {entry['state']}{why}")
