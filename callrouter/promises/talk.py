"""One callback of a return call, and what is at hand to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.calls.turn import Callback
from callrouter.database import Session
from callrouter.directory.directory import Directory, language_spoken_to
from callrouter.promises.desk import ReturnCallDependencies
from callrouter.promises.follow import close
from callrouter.promises.promise import Promise, ReturnCall
from callrouter.promises.steps import Place


@dataclass(slots=True)
class Talk:
    """One callback of a return call, and all that is at hand to answer it."""

    session: Session
    dependencies: ReturnCallDependencies
    promise: Promise
    tried: ReturnCall
    language: str
    """the caller's"""
    callback: Callback
    now: datetime

    @property
    def place(self) -> Place:
        return Place(self.tried.call, self.tried.number)

    @property
    def goes_on(self) -> bool:
        return self.promise.open and self.tried.open

    @property
    def directory(self) -> Directory:
        return self.dependencies.directories.in_force(self.session)

    @property
    def owners_language(self) -> str:
        return language_spoken_to(self.directory.centers.get(self.tried.center))

    def ends_as(self, outcome: str) -> None:
        close(self.session, self.dependencies, self.promise, self.tried, outcome, self.now)
