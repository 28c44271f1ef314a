"""Proposals: one person proposes a whole directory file, another person approves it (`approval.py` says what needs
that).

The whole file waits, so nothing is half done. The doors know who the persons are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.directory.differences import Difference, differences_between
from callrouter.directory.directory import Directory
from callrouter.directory.document import from_document, to_document
from callrouter.directory.faults import Source
from callrouter.directory.load import (
    LoadResult,
    Signed,
    digest_of,
    load_directory,
    loaded_version,
    lock_head,
    version_in_force,
)
from callrouter.directory.model import DirectoryHead, DirectoryProposal
from callrouter.directory.ownership import refuse_new_owners, refuse_shared_telephones
from callrouter.directory.proposals.approval import changes_to_approve
from callrouter.directory.proposals.earlier_versions import look_back
from callrouter.errors import Fault, NotKnown

WAITING, OVERTAKEN = "waiting", "overtaken"
APPROVED, WITHDRAWN = "approved", "withdrawn"


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A directory file that waits for a second person, and its changes."""

    number: int
    proposed_by: str
    changes_to_approve: tuple[str, ...]
    """the changes that need a second person"""
    differences: tuple[Difference, ...]
    """all changes"""


class ListedProposal(TypedDict):
    """A proposal. `state` is `waiting`, `overtaken` by another version, `approved` or `withdrawn`."""

    number: int
    state: str
    proposed_by: str
    proposed_at: datetime
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    base_version: int
    version: int | None
    changes_to_approve: list[str]


def load_or_propose(
    connection: sa.Connection,
    directory: Directory,
    now: datetime,
    source: Source,
    person: str,
    reason: str | None = None,
) -> LoadResult | WaitingProposal:
    """Put a checked directory in force, or store it as a proposal if it needs a second person.

    The same waiting file is one proposal. Raises DirectoryFaults like `load_directory`.
    """
    version = lock_head(connection)
    changes = _changes(connection, version, directory, now)
    if not changes:
        return load_directory(connection, directory, now, source, Signed(person, reason=reason))
    refuse_new_owners(connection, directory, source)
    refuse_shared_telephones(directory, source)
    row = _proposed(connection, version, to_document(directory), now, Signed(person, reason=reason))
    differences = differences_between(loaded_version(connection, version), directory)
    return WaitingProposal(row.number, row.proposed_by, changes, differences)


def approve(connection: sa.Connection, number: int, now: datetime, person: str) -> LoadResult:
    """Put a proposal in force.

    Raises Fault if the same person proposed it, it is already decided, or another version has overtaken it.
    """
    version = lock_head(connection)
    proposal = waiting_proposal(connection, number)
    if proposal.base_version != version:
        raise Fault(
            f"the directory has changed since proposal {number} was made: it was made for version"
            f" {proposal.base_version}, and version {version} is in force; load the file again"
        )
    if proposal.proposed_by == person:
        raise Fault(f"proposal {number} is your own ({person}); another person has to approve it")
    directory = from_document(proposal.document, version)
    loaded = load_directory(
        connection, directory, now, signed=Signed(proposal.proposed_by, person, proposal.reason)
    )
    _decide(connection, number, decision=APPROVED, now=now, person=person, version=loaded.version)
    return loaded


def withdraw(connection: sa.Connection, number: int, now: datetime, person: str) -> None:
    """Withdraw a proposal, whoever made it. Raises Fault if it is already decided."""
    lock_head(connection)
    waiting_proposal(connection, number)
    _decide(connection, number, decision=WITHDRAWN, now=now, person=person)


def proposals(connection: sa.Connection, *, decided_too: bool) -> list[ListedProposal]:
    """The waiting proposals, or all of them, latest first, with their changes."""
    head = sa.select(DirectoryHead.version).scalar_subquery()
    query = sa.select(DirectoryProposal.__table__, head.label("head")).order_by(
        DirectoryProposal.number.desc()
    )
    if not decided_too:
        query = query.where(DirectoryProposal.decision.is_(None))
    return [_listed(connection, row) for row in connection.execute(query)]


def differences_of(connection: sa.Connection, number: int) -> tuple[Difference, ...]:
    """All changes of a proposal against the version that it was made for. Raises NotKnown if there is none."""
    proposal = _known(connection, number)
    proposed = from_document(proposal.document, proposal.base_version)
    return differences_between(loaded_version(connection, proposal.base_version), proposed)


def changes_in_force(connection: sa.Connection, directory: Directory, now: datetime) -> tuple[str, ...]:
    """What a directory would change now that needs a second person."""
    return _changes(connection, version_in_force(connection), directory, now)


def _listed(connection: sa.Connection, row: sa.Row[Any]) -> ListedProposal:
    proposed = from_document(row.document, row.base_version)
    waits = WAITING if row.base_version == row.head else OVERTAKEN
    return {
        "number": row.number,
        "state": row.decision or waits,
        "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at,
        "reason": row.reason,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "base_version": row.base_version,
        "version": row.version,
        "changes_to_approve": list(_changes(connection, row.base_version, proposed, row.proposed_at)),
    }


def _changes(connection: sa.Connection, version: int, directory: Directory, now: datetime) -> tuple[str, ...]:
    """The changes that need a second person, against this version. The first directory needs only one person."""
    if version == 0:
        return ()
    before = loaded_version(connection, version)
    return changes_to_approve(before, directory, look_back(connection, before, directory, now))


def _proposed(
    connection: sa.Connection, version: int, document: str, now: datetime, signed: Signed
) -> sa.Row[Any]:
    """The row of this proposal, new or known."""
    digest = digest_of(document)
    values = {
        "base_version": version,
        "digest": digest,
        "document": document,
        "proposed_at": now,
        "proposed_by": signed.loaded_by,
        "reason": signed.reason,
    }
    connection.execute(insert(DirectoryProposal).values(values).on_conflict_do_nothing())
    waiting = sa.select(DirectoryProposal.__table__).where(
        DirectoryProposal.base_version == version,
        DirectoryProposal.digest == digest,
        DirectoryProposal.decision.is_(None),
    )
    return connection.execute(waiting).one()


def waiting_proposal(connection: sa.Connection, number: int) -> sa.Row[Any]:
    """The row of a proposal that is not decided. Raises NotKnown or Fault."""
    row = _known(connection, number)
    if row.decision:
        raise Fault(f"proposal {number} was {row.decision} by {row.decided_by} already")
    return row


def _known(connection: sa.Connection, number: int) -> sa.Row[Any]:
    query = sa.select(DirectoryProposal.__table__).where(DirectoryProposal.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotKnown(f"there is no proposal {number}; `callrouter directory proposals` lists them")
    return row


def _decide(
    connection: sa.Connection,
    number: int,
    *,
    decision: str,
    now: datetime,
    person: str,
    version: int | None = None,
) -> None:
    values = {"decision": decision, "decided_at": now, "decided_by": person, "version": version}
    connection.execute(sa.update(DirectoryProposal).where(DirectoryProposal.number == number).values(values))
