"""The latest calls, those in progress included, by whatever staff look for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict, cast

import sqlalchemy as sa

from callrouter.calls.model import call, leg
from callrouter.directory.faults import closest
from callrouter.directory.model import StoredCenter, StoredHelpline, StoredPartner
from callrouter.errors import NotKnown
from callrouter.promises.model import return_call
from callrouter.reports.period import Period

ALWAYS = Period()
_KEYS = {"center": StoredCenter.key, "partner": StoredPartner.key, "helpline": StoredHelpline.key}
_RINGING = (
    sa.select(leg.c.center)
    .where(leg.c.call == call.c.sid, leg.c.outcome.is_(None))
    .order_by(leg.c.number.desc())
    .limit(1)
    .correlate(call)
    .scalar_subquery()
    .label("ringing")
)


class ListedCall(TypedDict):
    """One call. `caller` is masked, `route` what it is or ended as.

    A call in progress has no `outcome` and no `ended_at`; `status` is where it stands (see calls/states.py), and
    `ringing` the center that is rung for it, or talks with the caller.
    """

    sid: str
    arrived_at: datetime
    ended_at: datetime | None
    status: str
    outcome: str | None
    dialled: str
    route: str | None
    listing: str | None
    helpline: str | None
    ringing: str | None
    answered_by: str | None
    caller: str
    state: str
    language: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls; None: whatever it is.

    A center has those for which it was rung, or which it returned; a partner those of its centers.
    """

    period: Period = ALWAYS
    outcome: str | None = None
    center: str | None = None
    partner: str | None = None
    helpline: str | None = None
    caller_match: str | None = None
    in_progress: bool = False


class Latest(NamedTuple):
    """The latest calls, the newest first, and how many more there are."""

    calls: list[ListedCall]
    more: int


def latest_calls(connection: sa.Connection, wanted: Wanted, most: int) -> Latest:
    """Up to so many of the calls that are wanted. Raises NotKnown for a key that there never was."""
    _refuse_unknown(connection, wanted)
    conditions = list(_conditions(wanted))
    query = (
        sa.select(*_columns())
        .where(*conditions)
        .order_by(call.c.arrived_at.desc(), call.c.sid.desc())
        .limit(most)
    )
    found = [cast(ListedCall, dict(row)) for row in connection.execute(query).mappings()]
    return Latest(found, _count(connection, conditions) - most if len(found) == most else 0)


def _columns() -> Iterator[sa.ColumnElement[object]]:
    for name in ListedCall.__annotations__:
        yield _RINGING if name == "ringing" else call.c[name]


def _count(connection: sa.Connection, conditions: list[sa.ColumnElement[bool]]) -> int:
    query = sa.select(sa.func.count()).select_from(call).where(*conditions)
    return int(connection.execute(query).scalar_one())


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    yield from wanted.period.holds(call.c.arrived_at)
    of_call = {"outcome": wanted.outcome, "helpline": wanted.helpline, "caller_match": wanted.caller_match}
    yield from (call.c[name] == value for name, value in of_call.items() if value)
    of_talk = {"center": wanted.center, "partner": wanted.partner}
    yield from (_had_a_part(name, key) for name, key in of_talk.items() if key)
    if wanted.in_progress:
        yield call.c.ended_at.is_(None)


def _had_a_part(column: str, key: str) -> sa.ColumnElement[bool]:
    rung, returned = (
        sa.exists().where(table.c.call == call.c.sid, table.c[column] == key).correlate(call)
        for table in (leg, return_call)
    )
    return sa.or_(rung, returned)


def _refuse_unknown(connection: sa.Connection, wanted: Wanted) -> None:
    for what, column in _KEYS.items():
        key = getattr(wanted, what)
        known = tuple(connection.execute(sa.select(column)).scalars()) if key else ()
        if key and key not in known:
            meant = closest(key, known)
            hint = f"did you mean {meant}?" if meant else "`callrouter directory dump` shows those in force"
            raise NotKnown(f"there is no {what} {key!r}: {hint}")
