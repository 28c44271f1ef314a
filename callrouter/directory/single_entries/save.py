"""Saves one entry: the directory in force with this entry changed, in force or as a proposal for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.directory.directory import Directory
from callrouter.directory.document import EntryDocument
from callrouter.directory.faults import DirectoryFaults
from callrouter.directory.history import known_version
from callrouter.directory.load import LoadResult, loaded_version, lock_head
from callrouter.directory.ownership import refuse_new_owners, refuse_shared_telephones
from callrouter.directory.proposals.proposal import WaitingProposal, changes_in_force, load_or_propose
from callrouter.directory.single_entries.check import CheckedChange, check_change
from callrouter.directory.single_entries.entry import EntryName, find_entry
from callrouter.errors import Fault


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What somebody wants an entry to be. `words` None: it is taken out."""

    name: EntryName
    words: EntryDocument | None
    base: int
    """the version of the directory that the person saw"""


@dataclass(frozen=True, slots=True)
class TriedChange:
    """A change that could be saved: the directory that it would make, and what needs a second person."""

    directory: Directory
    for_two: tuple[str, ...]


class EntryChangedMeanwhile(Fault):
    """Somebody else has changed the same entry. Nothing was saved."""

    def __init__(self, name: EntryName) -> None:
        super().__init__(f"somebody changed {name.kind} {name.key} meanwhile; nothing of yours was saved")
        self.name = name


def try_change(
    connection: sa.Connection, directory: Directory, change: EntryChange, now: datetime
) -> TriedChange:
    """Check a change of the directory in force. Raises EntryFaults. Nothing is saved."""
    checked = check_change(directory, change.name, change.words)
    try:
        refuse_new_owners(connection, checked.directory, checked.source)
        refuse_shared_telephones(checked.directory, checked.source)
    except DirectoryFaults as faults:
        raise checked.entry_faults(faults) from None
    return TriedChange(checked.directory, changes_in_force(connection, checked.directory, now))


def save_change(
    connection: sa.Connection, change: EntryChange, now: datetime, person: str, reason: str
) -> LoadResult | WaitingProposal:
    """Change the entry in the version in force, whatever else has changed since `change.base`.

    Raises EntryChangedMeanwhile if this entry has, and EntryFaults.
    """
    directory = loaded_version(connection, lock_head(connection))
    _refuse_overtaken(connection, directory, change)
    checked = check_change(directory, change.name, change.words)
    return _load(connection, checked, now, person, reason)


def _refuse_overtaken(connection: sa.Connection, in_force: Directory, change: EntryChange) -> None:
    if change.base == in_force.version:
        return
    seen = known_version(connection, change.base)
    if find_entry(seen, change.name) != find_entry(in_force, change.name):
        raise EntryChangedMeanwhile(change.name)


def _load(
    connection: sa.Connection, checked: CheckedChange, now: datetime, person: str, reason: str
) -> LoadResult | WaitingProposal:
    try:
        return load_or_propose(connection, checked.directory, now, checked.source, person, reason)
    except DirectoryFaults as faults:
        raise checked.entry_faults(faults) from None
