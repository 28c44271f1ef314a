"""The situation now: calls in progress, who answers next, centers, promises, and the work behind the calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.directory.directory import Directory, Helpline
from callrouter.directory.versions import DirectoryCache
from callrouter.events.heartbeat import LastSeen, last_seen
from callrouter.promises.model import IS_OPEN, Promise
from callrouter.reports.center_states import CenterNow, Openings, centers_now
from callrouter.reports.in_progress import (
    LongestWaits,
    WatchedCall,
    WatchedReturnCall,
    calls_in_progress,
    return_calls_in_progress,
)
from callrouter.reports.waiting import OutboxBacklog, waiting
from callrouter.routing.explain import ExplainedCall, SeatStatus, explain, for_any_state
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache

_PROMISES = sa.select(
    sa.func.count(),
    sa.func.count().filter(Promise.due_at <= sa.bindparam("now")),
    sa.func.count().filter(Promise.owner.is_(None)),
    sa.func.min(Promise.due_at).filter(Promise.due_at > sa.bindparam("now")),
).where(sa.text(IS_OPEN))  # as the index has it


@dataclass(frozen=True, slots=True)
class OpenPromises:
    """The promises that are owed: how many are late, how many nobody owns, and when the next is due."""

    total: int
    late: int
    without_owner: int
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class HelplineNow:
    """Who would answer next on a helpline, from a caller whose state every seat serves."""

    helpline: Helpline
    seats: list[SeatStatus]

    @property
    def in_turn(self) -> list[SeatStatus]:
        """The seats that one call would ring one after another."""
        return [seat for seat in self.seats if seat.turn]

    @property
    def may_be_rung(self) -> int:
        """How many seats may be rung at this moment."""
        return sum(seat.may_be_rung for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that staff watch, at one moment."""

    at: datetime
    calls: list[WatchedCall]
    return_calls: list[WatchedReturnCall]
    promises: OpenPromises
    facts: OutboxBacklog
    processes: list[LastSeen]


@dataclass(frozen=True, slots=True)
class Rotations:
    """Who answers next, and what centers are, at one moment."""

    at: datetime
    directory: Directory
    helplines: list[HelplineNow]
    centers: list[CenterNow]


class SituationWatch:
    """Asks how things stand, and remembers what holds as long as the directory is the same."""

    def __init__(self) -> None:
        self._shelf = DirectoryCache()
        self._wordings = WordingsCache()
        self._openings = Openings(Directory())
        self._waits = LongestWaits(Directory())

    def situation(self, connection: sa.Connection, now: datetime) -> Situation:
        """Calls, promises and processes."""
        self._directory(connection)
        return Situation(
            now,
            calls_in_progress(connection, self._waits, self._wordings, now),
            return_calls_in_progress(connection),
            OpenPromises(*connection.execute(_PROMISES, {"now": now}).one()),
            waiting(connection),
            last_seen(connection, now),
        )

    def rotations(self, connection: sa.Connection, now: datetime, *, simulated: bool) -> Rotations:
        """Helplines and centers."""
        directory = self._directory(connection)
        call = ExplainedCall("", now, simulated)
        spoken = spoken_seconds(self._wordings.in_force(connection))
        helplines = [
            HelplineNow(helpline, explain(connection, directory, for_any_state(helpline), call, spoken))
            for _, helpline in sorted(directory.helplines.items())
        ]
        return Rotations(now, directory, helplines, centers_now(connection, self._openings, now))

    def _directory(self, connection: sa.Connection) -> Directory:
        directory = self._shelf.in_force(connection)
        if self._waits.directory is not directory:
            self._openings, self._waits = Openings(directory), LongestWaits(directory)
        return directory
