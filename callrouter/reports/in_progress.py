"""Calls in progress: where each stands, until when at the latest, who is rung, and which callers wait too long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from callrouter.calls.latest_ending import CallStanding, OpenAttempt, Stage, latest_ending, risk, stage
from callrouter.calls.model import Call, Leg
from callrouter.calls.outcomes import may_have_talked
from callrouter.directory.attempts import NO_ANSWER_EXTRA_SECONDS, SCREENING_SECONDS, longest_wait
from callrouter.directory.directory import Directory, Helpline
from callrouter.promises.model import ReturnCall
from callrouter.wordings.sentences import announcement_seconds, spoken_seconds
from callrouter.wordings.versions import WordingsCache
from callrouter.wordings.wordings import Wordings

_OPEN_LEG = (
    sa.select(Leg.__table__)
    .where(Leg.call == Call.sid, Leg.outcome.is_(None))
    .order_by(Leg.number.desc())
    .limit(1)
    .correlate(Call)
    .lateral("open_leg")
)
_CALLS = (
    sa.select(
        Call.sid,
        Call.arrived_at,
        Call.status,
        Call.route,
        Call.listing,
        Call.helpline,
        Call.helpline_consent_at,
        Call.caller,
        Call.state,
        Call.language,
        Call.wordings_version,
        Call.last_callback_at,
        Call.simulated,
    )
    .where(Call.ended_at.is_(None))
    .order_by(Call.arrived_at)
)
_LEG_COLUMNS = tuple(column.name for column in Leg.__table__.c)
_QUERY = _CALLS.outerjoin(_OPEN_LEG, sa.true()).add_columns(
    *(_OPEN_LEG.c[name].label(f"leg_{name}") for name in _LEG_COLUMNS)
)
_RETURN_CALLS = (
    sa.select(
        ReturnCall.call,
        ReturnCall.number,
        ReturnCall.center,
        ReturnCall.began_at,
        ReturnCall.taken_at,
        ReturnCall.agreed_at,
    )
    .where(ReturnCall.outcome.is_(None))
    .order_by(ReturnCall.began_at)
)


@dataclass(frozen=True, slots=True)
class WatchedCall:
    """A call in progress. `caller` is masked; `center` is rung for it, or talks with the caller.

    `at_risk` is why a person should look at it now. `waits_since` is when the caller came to where they wait.
    """

    sid: str
    arrived_at: datetime
    caller: str
    state: str
    language: str
    called: str
    """the listing or the helpline"""
    helpline: str | None
    status: str
    stage: Stage
    center: str | None
    leg: int | None
    waits_since: datetime
    ends_at: datetime
    at_risk: str | None
    simulated: bool


class WatchedReturnCall(NamedTuple):
    """A return call in progress: its center is rung, and from `taken_at` on the caller; since `agreed_at` they talk."""

    call: str
    number: int
    center: str
    began_at: datetime
    taken_at: datetime | None
    agreed_at: datetime | None

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        if self.agreed_at:
            return "they talk"
        return "the caller is rung" if self.taken_at else "the center is rung"


class LongestWaits:
    """The longest wait of each helpline of one directory, worked out once for each version of the wordings."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._known: dict[tuple[str, int], timedelta] = {}

    def of(self, helpline: Helpline, wordings: Wordings) -> timedelta:
        """From a call's arrival to the end of its last attempt, at the most."""
        asked = (helpline.key, wordings.version)
        if asked not in self._known:
            seconds = longest_wait(self.directory, helpline, spoken_seconds(wordings))
            self._known[asked] = timedelta(seconds=seconds)
        return self._known[asked]


def calls_in_progress(
    connection: sa.Connection, waits: LongestWaits, spoken_by: WordingsCache, now: datetime
) -> list[WatchedCall]:
    """Every call that has not ended: those at risk first, then the longest in progress."""
    rows = connection.execute(_QUERY).all()
    found = [_watched(row, waits, spoken_by.at(connection, row.wordings_version), now) for row in rows]
    return sorted(found, key=lambda call: (call.at_risk is None, call.waits_since))


def return_calls_in_progress(connection: sa.Connection) -> list[WatchedReturnCall]:
    """Every return call that has not ended, the oldest first."""
    return [WatchedReturnCall(*row) for row in connection.execute(_RETURN_CALLS)]


def count_at_risk(calls: Iterable[WatchedCall]) -> int:
    """How many callers a person should look at now."""
    return sum(call.at_risk is not None for call in calls)


def _watched(row: Any, waits: LongestWaits, wordings: Wordings, now: datetime) -> WatchedCall:
    leg = Leg(**{name: getattr(row, f"leg_{name}") for name in _LEG_COLUMNS}) if row.leg_call else None
    helpline = waits.directory.helplines.get(row.helpline or "") if row.route == "helpline" else None
    standing = CallStanding(
        row.status,
        row.helpline_consent_at or row.arrived_at,
        row.last_callback_at,
        _attempt(leg, wordings, row.language) if leg else None,
        waits.of(helpline, wordings) if helpline else None,
    )
    max_wait = timedelta(seconds=helpline.max_wait_seconds) if helpline else None
    return WatchedCall(
        sid=row.sid,
        arrived_at=row.arrived_at,
        caller=row.caller,
        state=row.state,
        language=row.language,
        called=row.listing or row.helpline or "no number of ours",
        helpline=helpline.key if helpline else None,
        status=row.status,
        stage=stage(standing),
        center=leg.center if leg else None,
        leg=leg.number if leg else None,
        waits_since=standing.waits_since,
        ends_at=latest_ending(standing),
        at_risk=risk(standing, max_wait, now),
        simulated=row.simulated,
    )


def _attempt(leg: Leg, wordings: Wordings, language: str) -> OpenAttempt:
    seconds = announcement_seconds(wordings, leg.name, language) + leg.ring_seconds + NO_ANSWER_EXTRA_SECONDS
    screening = SCREENING_SECONDS if leg.screens else 0
    return OpenAttempt(leg.began_at, timedelta(seconds=seconds + screening), may_have_talked(leg))
