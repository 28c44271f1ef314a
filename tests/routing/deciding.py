"""Takes decisions in a database as a call does: one transaction each, under the lock of the rotation."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Database, Session
from callrouter.directory.directory import Directory
from callrouter.directory.versions import read_version
from callrouter.routing.decide import (
    DecisionContext,
    RoutingDecision,
    RoutingRequest,
    decide,
    decide_who_owes,
)
from callrouter.routing.give_back import give_back, keep_after_all, undo_late
from callrouter.routing.lines import pause, release_line, resume
from callrouter.routing.memory import RoutingMemory
from callrouter.routing.replay import ReplayResult, replay_helpline
from callrouter.routing.rotation_state import LockedRotation, Rotation
from tests.directories import put_in_force
from tests.owner import as_owner

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""A Tuesday at noon in New York."""

Taken = Callable[[Session, RoutingMemory, DecisionContext, RoutingRequest], RoutingDecision]


class Deciding:
    """The rotation of one helpline, for a process with a memory of its own."""

    def __init__(self, database: Database, directory: Directory, helpline: str = "national") -> None:
        self.database = database
        self.helpline = helpline
        self.memory = RoutingMemory()
        self.directory = directory
        self.meanwhile: Callable[[Session], object] = lambda session: None
        self.put_in_force(directory)

    def put_in_force(self, directory: Directory) -> None:
        version = put_in_force(self.database, directory).version
        self.directory = self.database.transact(lambda session: read_version(session, version))

    def another_process(self) -> "Deciding":
        return Deciding(self.database, self.directory, self.helpline)

    def rings(self, call: str, at: datetime = NOON, **known: Any) -> str | None:
        """The center that is rung for the call, or nobody."""
        center = self.decides(call, at, **known).center
        return center.key if center else None

    def rings_for(self, calls: int, prefix: str = "CA") -> list[str | None]:
        """Who is rung for one call after another, each over before the next comes."""
        return [self._rings_and_leaves(f"{prefix}{number}") for number in range(calls)]

    def skips(self, call: str, at: datetime = NOON, **known: Any) -> dict[str, str]:
        """Why the others are not rung."""
        return self.decides(call, at, **known).skipped

    def decides(self, call: str, at: datetime = NOON, taken: Taken = decide, **known: Any) -> RoutingDecision:
        values: dict[str, Any] = {"call": call, "attempt": 1, "state": "CA", "language": "en"}
        request = RoutingRequest(**values | known)
        return self.database.transact(
            lambda session: taken(session, self.memory, self._context(session, at), request)
        )

    def fails_after_deciding(self, call: str) -> None:
        """The transaction of a decision fails with LookupError after it."""

        def deed(session: Session) -> None:
            request = RoutingRequest(call=call, attempt=1, state="CA", language="en")
            decide(session, self.memory, self._context(session, NOON), request)
            raise LookupError(call)

        self.database.transact(deed)

    def owes(self, call: str, at: datetime = NOON, **known: Any) -> str | None:
        """The center that owes the caller a return call."""
        center = self.decides(call, at, decide_who_owes, **known).center
        return center.key if center else None

    def gives_back(self, call: str, attempt: int = 1, *, exactly: bool) -> None:
        """The leg was not accepted; `exactly`: it was busy or failed."""

        def deed(session: Session) -> None:
            give_back(session, self.memory, self._locked(session), call, attempt, exactly=exactly)

        self.database.transact(deed)

    def undoes_late(self, call: str, attempt: int = 1) -> None:
        """It was given back because nothing was heard of its leg, which had been busy or failed."""
        self.database.transact(
            lambda session: undo_late(session, self.memory, self._locked(session), call, attempt)
        )

    def keeps_after_all(self, call: str, attempt: int = 1) -> None:
        """It was given back because nothing was heard of its leg, which had been accepted."""
        self.database.transact(
            lambda session: keep_after_all(session, self.memory, self._locked(session), call, attempt)
        )

    def leaves(self, center: str) -> None:
        """A call has left the center."""
        self.database.transact(lambda session: release_line(session, center))

    def pauses(self, center: str, at: datetime = NOON) -> None:
        self.database.transact(lambda session: pause(session, center, at))

    def resumes(self, center: str, at: datetime = NOON) -> bool:
        return self.database.transact(lambda session: resume(session, center, at))

    def rotation(self) -> Rotation:
        return self.database.transact(self._locked)

    def credits(self) -> list[int]:
        return self.rotation().credits.credit.tolist()

    def replayed(self) -> ReplayResult:
        return self.database.transact(lambda session: replay_helpline(session, self.helpline))

    def asks(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def tells(self, statement: str, **values: Any) -> None:
        with as_owner(self.database) as connection:
            connection.execute(sa.text(statement), values)

    def _rings_and_leaves(self, call: str) -> str | None:
        center = self.rings(call)
        if center:
            self.leaves(center)
        return center

    def _context(self, session: Session, at: datetime) -> DecisionContext:
        locked = LockedRotation(session, self.helpline)
        rotation = locked.rotation
        self.meanwhile(session)
        helpline = self.directory.helplines[self.helpline]
        return DecisionContext(self.directory, helpline, rotation, locked.possibly_unavailable, at)

    def _locked(self, session: Session) -> Rotation:
        return LockedRotation(session, self.helpline).rotation
