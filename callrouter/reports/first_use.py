"""What is still to be done before callers can be served: the steps of a first use, ticked off from the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache


class SetupStep(StrEnum):
    """A step, in the order in which it is taken."""

    PARTNER = "partner"
    CENTER = "center"
    LISTING = "listing"
    HELPLINE = "helpline"
    NUMBER = "number"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class FirstUse:
    """Which steps are done."""

    done: frozenset[SetupStep]
    directory_is_empty: bool

    @property
    def is_over(self) -> bool:
        """Whether callers are served: by a listing, by a helpline, or by both."""
        needed = {SetupStep.PARTNER, SetupStep.CENTER, SetupStep.NUMBER, SetupStep.CALL}
        return needed <= self.done and bool(self.done & {SetupStep.LISTING, SetupStep.HELPLINE})

    @property
    def next(self) -> SetupStep | None:
        """The first step that is not done."""
        return next((step for step in SetupStep if step not in self.done), None)


class FirstUseWatch:
    """Asks how far a first use is. Once it is over, nothing is asked any more."""

    def __init__(self, directories: DirectoryCache) -> None:
        self._directories = directories
        self._over = False

    def unfinished(self, connection: sa.Connection) -> FirstUse | None:
        """How far it is; None: it is over."""
        if self._over:
            return None
        found = first_use(connection, self._directories.in_force(connection))
        self._over = found.is_over
        return None if found.is_over else found


def first_use(connection: sa.Connection, directory: Directory) -> FirstUse:
    """How far the first use of this directory is."""
    has_calls = connection.execute(sa.select(sa.exists(sa.select(Call.sid)))).scalar_one()
    seats = [seat for helpline in directory.helplines.values() for seat in helpline.seats]
    done = {
        SetupStep.PARTNER: directory.partners,
        SetupStep.CENTER: directory.centers,
        SetupStep.LISTING: directory.listings,
        SetupStep.HELPLINE: seats,
        SetupStep.NUMBER: directory.own_numbers,
        SetupStep.CALL: has_calls,
    }
    return FirstUse(frozenset(step for step, found in done.items() if found), not directory.partners)
