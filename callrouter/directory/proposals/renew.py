"""Makes a proposal again that another version has overtaken: the same changes, on the version in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.directory.changes import SECTIONS, changed_entries
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.read import read_directory_file
from callrouter.directory.document import Entry, from_document
from callrouter.directory.load import LoadResult, loaded_version, lock_head
from callrouter.directory.proposals.proposal import (
    WaitingProposal,
    load_or_propose,
    waiting_proposal,
    withdraw,
)
from callrouter.errors import Fault


def propose_again(
    connection: sa.Connection, number: int, now: datetime, person: str
) -> LoadResult | WaitingProposal:
    """Withdraw a proposal, and make its changes on the version in force. The person is who proposes it now.

    Raises Fault where somebody has changed the same entry since, and DirectoryFaults where the two do not fit together.
    """
    in_force = loaded_version(connection, lock_head(connection))
    proposal = waiting_proposal(connection, number)
    base = loaded_version(connection, proposal.base_version)
    proposed = from_document(proposal.document, proposal.base_version)
    renewed = read_directory_file(dump_directory(_on(in_force, base, proposed)), f"proposal {number}")
    withdraw(connection, number, now, person)
    return load_or_propose(connection, renewed.directory, now, renewed.source, person, proposal.reason)


def _on(in_force: Directory, base: Directory, proposed: Directory) -> Directory:
    """The version in force with the entries that the proposal changes."""
    entries: dict[str, dict[str, Any]] = {section: dict(getattr(in_force, section)) for section in SECTIONS}
    for section, key, before, after in changed_entries(base, proposed):
        _refuse_changed(section, key, entries[section].get(key), before)
        if after is None:
            entries[section].pop(key, None)
        else:
            entries[section][key] = after
    new: Any = entries
    return replace(in_force, **new)


def _refuse_changed(section: str, key: str, now: Entry | None, then: Entry | None) -> None:
    if now != then:
        raise Fault(
            f"somebody has changed {section} {key} since: change it in the version in force, and propose that"
        )
