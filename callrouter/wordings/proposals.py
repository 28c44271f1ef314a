"""Proposals: one person proposes changed texts, another person puts them in force.

The doors know who the persons are. The rules are checked at both times: the directory may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault, NotKnown
from callrouter.wordings.audio_files import known_audio
from callrouter.wordings.change import (
    ChangedText,
    CheckedTexts,
    RefusedWording,
    check_change,
    digest_of,
    from_json,
    to_json,
)
from callrouter.wordings.model import WordingProposal, WordingsHead
from callrouter.wordings.versions import read_wordings
from callrouter.wordings.wordings import Wordings

WAITING, APPROVED, WITHDRAWN = "waiting", "approved", "withdrawn"

_LOCK_HEAD = sa.update(WordingsHead).values(version=WordingsHead.version).returning(WordingsHead.version)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Changed texts that wait for a second person."""

    number: int
    proposed_by: str
    checked: CheckedTexts


class ListedWordingProposal(TypedDict):
    """A proposal. `texts` names each changed text, `connecting en`. `state` is waiting, approved or withdrawn."""

    number: int
    state: str
    texts: list[str]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    base_version: int
    version: int | None


def propose(
    session: Session, changes: Sequence[ChangedText], reason: str, now: datetime, person: str
) -> Proposed:
    """Store changed texts as a proposal. The same waiting texts are one proposal.

    Raises RefusedWording with every fault, and Fault without a reason.
    """
    if not reason.strip():
        raise Fault("a change needs a reason: who approves it, and who reads of it later, wants to know why")
    before = _lock_in_force(session)
    checked = check_now(session, before, changes)
    row = _stored(session, before.version, to_json(changes), reason.strip(), now, person)
    return Proposed(row.number, row.proposed_by, checked)


def approve(session: Session, number: int, now: datetime, person: str) -> CheckedTexts:
    """Put a proposal in force as the next version.

    Raises Fault if the same person proposed it, it is already decided, or one of its texts was changed meanwhile.
    """
    before = _lock_in_force(session)
    row = _waiting(session, number)
    if row.proposed_by == person:
        raise Fault(f"proposal {number} is your own ({person}); another person has to approve it")
    changes = from_json(row.changes)
    _refuse_overtaken(session, row, changes, before)
    checked = check_now(session, before, changes)
    version = checked.after.version
    _decide(session, number, decision=APPROVED, now=now, person=person, version=version)
    session.execute(sa.update(WordingsHead).values(version=version))
    return checked


def withdraw(session: Session, number: int, now: datetime, person: str) -> None:
    """Withdraw a proposal, whoever made it. Raises Fault if it is already decided."""
    _lock_in_force(session)
    _waiting(session, number)
    _decide(session, number, decision=WITHDRAWN, now=now, person=person, version=None)


def wording_proposals(session: Session, *, decided_too: bool) -> list[ListedWordingProposal]:
    """The waiting proposals, or all of them, latest first."""
    query = sa.select(WordingProposal.__table__).order_by(WordingProposal.number.desc())
    if not decided_too:
        query = query.where(WordingProposal.decision.is_(None))
    return [_listed(row) for row in session.execute(query)]


def wording_proposal(session: Session, number: int) -> ListedWordingProposal:
    """One proposal. Raises NotKnown."""
    return _listed(_known(session, number))


def changes_of(session: Session, number: int) -> tuple[ChangedText, ...]:
    """The texts of a proposal. Raises NotKnown."""
    return from_json(_known(session, number).changes)


def base_of(session: Session, number: int) -> Wordings:
    """The wordings that a proposal was made for; of an approved one, those that it replaced. Raises NotKnown."""
    row = _known(session, number)
    return read_wordings(session, row.version - 1 if row.version else row.base_version)


def check_now(session: Session, base: Wordings, changes: Sequence[ChangedText]) -> CheckedTexts:
    """Check changed texts by the directory in force and the audio that is stored. Raises RefusedWording."""
    audio = known_audio(session, (change.audio for change in changes if change.audio))
    return check_change(DirectoryCache().in_force(session), base, changes, audio)


def _lock_in_force(session: Session) -> Wordings:
    """The wordings in force. They stay in force until this transaction ends."""
    return read_wordings(session, session.execute(_LOCK_HEAD).scalar())


def _refuse_overtaken(session: Session, row: Any, changes: Sequence[ChangedText], in_force: Wordings) -> None:
    """A text that another proposal changed meanwhile is not overwritten by one who never saw it."""
    base = read_wordings(session, row.base_version)
    wordings = [(change.key, change.language) for change in changes]
    overtaken = [
        each
        for each in wordings
        if (base.texts[each], base.audio.get(each)) != (in_force.texts[each], in_force.audio.get(each))
    ]
    if overtaken:
        raise RefusedWording(
            f"{key} {language} was changed since proposal {row.number} was made for version {row.base_version};"
            " propose it again"
            for key, language in overtaken
        )


def _stored(session: Session, version: int, changes: str, reason: str, now: datetime, person: str) -> Any:
    """The row of this proposal, new or known."""
    digest = digest_of(changes)
    values = {
        "base_version": version,
        "changes": changes,
        "digest": digest,
        "reason": reason,
        "proposed_at": now,
        "proposed_by": person,
    }
    session.execute(insert(WordingProposal).on_conflict_do_nothing(), values)
    waiting = sa.select(WordingProposal.number, WordingProposal.proposed_by).where(
        WordingProposal.base_version == version,
        WordingProposal.digest == digest,
        WordingProposal.decision.is_(None),
    )
    return session.execute(waiting).one()


def _waiting(session: Session, number: int) -> Any:
    """A proposal that is not decided."""
    row = _known(session, number)
    if row.decision:
        raise Fault(f"proposal {number} was {row.decision} by {row.decided_by} already")
    return row


def _known(session: Session, number: int) -> Any:
    query = sa.select(WordingProposal.__table__).where(WordingProposal.number == number)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotKnown(f"there is no proposal {number}; `callrouter wordings proposals` lists them")
    return row


def _listed(row: Any) -> ListedWordingProposal:
    return {
        "number": row.number,
        "state": row.decision or WAITING,
        "texts": [f"{change.key} {change.language}" for change in from_json(row.changes)],
        "reason": row.reason,
        "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "base_version": row.base_version,
        "version": row.version,
    }


def _decide(
    session: Session, number: int, *, decision: str, now: datetime, person: str, version: int | None
) -> None:
    values = {"decision": decision, "decided_at": now, "decided_by": person, "version": version}
    session.execute(sa.update(WordingProposal).where(WordingProposal.number == number).values(values))
