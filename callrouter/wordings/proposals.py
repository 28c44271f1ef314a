"""Proposals: one person proposes changed texts, another person approves them. Then, or at a later time that the
proposal names, they are in force.

The doors know who the persons are. The rules are checked at both times: the directory may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypedDict

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
from callrouter.wordings.coming import IS_COMING, at_in_words, coming_changes, refuse_clash
from callrouter.wordings.model import WordingProposal, WordingsHead
from callrouter.wordings.versions import read_wordings
from callrouter.wordings.wordings import Wordings

WAITING, COMING, APPROVED, WITHDRAWN = "waiting", "coming", "approved", "withdrawn"

_LOCK_HEAD = sa.update(WordingsHead).values(version=WordingsHead.version).returning(WordingsHead.version)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Changed texts that wait for a second person."""

    number: int
    proposed_by: str
    checked: CheckedTexts


class ListedWordingProposal(TypedDict):
    """A proposal. `texts` names each changed text, `connecting en`.

    `state` is waiting (for a second person), coming (approved for a later time), approved (in force) or withdrawn.
    """

    number: int
    state: str
    texts: list[str]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    effective_at: datetime | None
    in_force_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    base_version: int
    version: int | None


class Approval(NamedTuple):
    """What an approved proposal does, and from when on. None: it is in force."""

    checked: CheckedTexts
    comes_at: datetime | None


class NewProposal(NamedTuple):
    """Changed texts, why, and from when on they shall be in force. None: from their approval on."""

    changes: Sequence[ChangedText]
    reason: str
    effective_at: datetime | None = None


def propose(session: Session, wanted: NewProposal, now: datetime, person: str) -> Proposed:
    """Store changed texts as a proposal. The same waiting texts are one proposal.

    Raises RefusedWording with every fault, and Fault without a reason, or for a time that is over.
    """
    if not wanted.reason.strip():
        raise Fault("a change needs a reason: who approves it, and who reads of it later, wants to know why")
    if wanted.effective_at and wanted.effective_at <= now:
        raise Fault(f"{at_in_words(wanted.effective_at)} is over: texts are never in force for the past")
    before = lock_in_force(session)
    checked = _check_with_coming(session, before, wanted.changes)
    row = _stored(session, before.version, wanted, now, person)
    return Proposed(row.number, row.proposed_by, checked)


def approve(session: Session, number: int, now: datetime, person: str) -> Approval:
    """Put a proposal in force as the next version, or have it come into force at its time, if that is not over.

    Raises Fault if the same person proposed it, it is already decided, or one of its texts was changed meanwhile, or
    changes at a later time.
    """
    before = lock_in_force(session)
    row = _waiting(session, number)
    if row.proposed_by == person:
        raise Fault(f"proposal {number} is your own ({person}); another person has to approve it")
    changes = from_json(row.changes)
    _refuse_overtaken(session, row, changes, before)
    checked = _check_with_coming(session, before, changes)
    decided = {"decision": APPROVED, "decided_at": now, "decided_by": person}
    if row.effective_at and row.effective_at > now:
        _change(session, number, decided)
        return Approval(checked, row.effective_at)
    put_in_force(session, number, checked.after.version, now, decided)
    return Approval(checked, None)


def put_in_force(
    session: Session,
    number: int,
    version: int,
    now: datetime,
    decided: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Make an approved proposal the next version. Whoever calls this has the lock of `lock_in_force`."""
    _change(session, number, {**decided, "version": version, "in_force_at": now})
    session.execute(sa.update(WordingsHead).values(version=version))


def withdraw(session: Session, number: int, now: datetime, person: str) -> None:
    """Withdraw a proposal that waits, or comes, whoever made it. Raises Fault if it is in force, or withdrawn."""
    lock_in_force(session)
    row = _known(session, number)
    if _state(row) == COMING:
        _change(session, number, {"withdrawn_at": now, "withdrawn_by": person})
    elif _state(row) == WAITING:
        _change(session, number, {"decision": WITHDRAWN, "decided_at": now, "decided_by": person})
    else:
        raise _decided_already(row)


def wording_proposals(session: Session, *, decided_too: bool) -> list[ListedWordingProposal]:
    """The proposals that wait or come, or all of them, latest first."""
    query = sa.select(WordingProposal.__table__).order_by(WordingProposal.number.desc())
    if not decided_too:
        query = query.where(sa.or_(WordingProposal.decision.is_(None), IS_COMING))
    return [_listed(row) for row in session.execute(query)]


def wording_proposal(session: Session, number: int) -> ListedWordingProposal:
    """One proposal. Raises NotKnown."""
    return _listed(_known(session, number))


def changes_of(session: Session, number: int) -> tuple[ChangedText, ...]:
    """The texts of a proposal. Raises NotKnown."""
    return from_json(_known(session, number).changes)


def base_of(session: Session, number: int) -> Wordings:
    """The wordings that a proposal was made for; of one in force, those that it replaced. Raises NotKnown."""
    row = _known(session, number)
    return read_wordings(session, row.version - 1 if row.version else row.base_version)


def check_now(session: Session, base: Wordings, changes: Sequence[ChangedText]) -> CheckedTexts:
    """Check changed texts by the directory in force and the audio that is stored. Raises RefusedWording."""
    audio = known_audio(session, (change.audio for change in changes if change.audio))
    return check_change(DirectoryCache().in_force(session), base, changes, audio)


def _check_with_coming(session: Session, before: Wordings, changes: Sequence[ChangedText]) -> CheckedTexts:
    """Check changed texts against those in force, and together with those that come. Raises RefusedWording."""
    coming = coming_changes(session)
    refuse_clash(coming, changes)
    checked = check_now(session, before, changes)
    if coming:
        check_now(session, before, [*(change for each in coming for change in each.changes), *changes])
    return checked


def lock_in_force(session: Session) -> Wordings:
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


def _stored(session: Session, version: int, wanted: NewProposal, now: datetime, person: str) -> Any:
    """The row of this proposal, new or known. Raises Fault if it waits for another time."""
    changes = to_json(wanted.changes)
    digest = digest_of(changes)
    values = {
        "base_version": version,
        "changes": changes,
        "digest": digest,
        "reason": wanted.reason.strip(),
        "proposed_at": now,
        "proposed_by": person,
        "effective_at": wanted.effective_at,
    }
    session.execute(insert(WordingProposal).on_conflict_do_nothing(), values)
    waiting = sa.select(
        WordingProposal.number, WordingProposal.proposed_by, WordingProposal.effective_at
    ).where(
        WordingProposal.base_version == version,
        WordingProposal.digest == digest,
        WordingProposal.decision.is_(None),
    )
    row = session.execute(waiting).one()
    if row.effective_at != wanted.effective_at:
        raise Fault(f"the same texts wait as proposal {row.number} for another time: withdraw that one first")
    return row


def _waiting(session: Session, number: int) -> Any:
    """A proposal that is not decided."""
    row = _known(session, number)
    if row.decision:
        raise _decided_already(row)
    return row


def _decided_already(row: Any) -> Fault:
    if row.withdrawn_by:
        return Fault(f"proposal {row.number} was withdrawn by {row.withdrawn_by} already")
    return Fault(f"proposal {row.number} was {row.decision} by {row.decided_by} already")


def _known(session: Session, number: int) -> Any:
    query = sa.select(WordingProposal.__table__).where(WordingProposal.number == number)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotKnown(f"there is no proposal {number}; `callrouter wordings proposals` lists them")
    return row


def _listed(row: Any) -> ListedWordingProposal:
    return {
        "number": row.number,
        "state": _state(row),
        "texts": [f"{change.key} {change.language}" for change in from_json(row.changes)],
        "reason": row.reason,
        "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "effective_at": row.effective_at,
        "in_force_at": row.in_force_at,
        "withdrawn_by": row.withdrawn_by,
        "withdrawn_at": row.withdrawn_at,
        "base_version": row.base_version,
        "version": row.version,
    }


def _state(row: Any) -> str:
    if row.withdrawn_by:
        return WITHDRAWN
    if row.decision == APPROVED and row.version is None:
        return COMING
    return row.decision or WAITING


def _change(session: Session, number: int, values: Mapping[str, Any]) -> None:
    session.execute(sa.update(WordingProposal).where(WordingProposal.number == number).values(**values))
