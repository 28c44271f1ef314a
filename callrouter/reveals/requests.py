"""Asks for a number: at once up to the daily limit, beyond it by a request that another person has to approve.

The doors know who the persons are, and that each has the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.events.outbox import publish_alert
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.vault import Vault
from callrouter.reveals.limits import APPROVED_FOR, WAITS_FOR
from callrouter.reveals.model import APPROVED, DECISIONS, DECLINED, NumberReveal, RevealRequest
from callrouter.reveals.numbers import CallNumber, open_number
from callrouter.reveals.reveal import (
    action_on,
    allowance,
    begin_reveal,
    give_up_late,
    lock_person,
    pending_reveal,
)

WAITING, EXPIRED, USED = "waiting", "expired", "used"
REQUESTED = "requested"
LISTED = 100
"""requests on the page, the latest first"""

_IS_USED = sa.exists().where(
    NumberReveal.request == RevealRequest.number, NumberReveal.not_shown_at.is_(None)
)
_REQUESTS = sa.select(RevealRequest.__table__, _IS_USED.label("is_used"))
_LATEST = _REQUESTS.order_by(RevealRequest.number.desc()).limit(LISTED)
_ONE = _REQUESTS.where(RevealRequest.number == sa.bindparam("of_number"))
_OWN = _REQUESTS.where(
    RevealRequest.person == sa.bindparam("of_person"),
    RevealRequest.call == sa.bindparam("of_call"),
    RevealRequest.purpose == sa.bindparam("of_purpose"),
    RevealRequest.requested_at > sa.bindparam("since"),
)
_ADD = sa.insert(RevealRequest).returning(RevealRequest.number)
_LOCK = sa.select(RevealRequest.number).where(RevealRequest.number == sa.bindparam("of_number"))
_DECIDE = sa.update(RevealRequest).where(RevealRequest.number == sa.bindparam("of_number"))


@dataclass(frozen=True, slots=True)
class AnswerToAsking:
    """What asking for a number led to: `entry` of a reveal that can be shown, or `request` that waits."""

    entry: int | None = None
    request: int | None = None


@dataclass(frozen=True, slots=True)
class RequestedReveal:
    """A request, and its state now: waiting, approved, declined, used, expired."""

    number: int
    call: str
    purpose: str
    person: str
    reason: str
    requested_at: datetime
    shown_before: int
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    state: str

    @property
    def approved_until(self) -> datetime | None:
        """Until when the number can be shown."""
        return self.decided_at + APPROVED_FOR if self.decided_at and self.state == APPROVED else None


def ask_for_number(
    session: Session, vault: Vault, number: CallNumber, browser_hash: bytes, access: Access, *, alone: int
) -> AnswerToAsking:
    """Ask for a number. From the `alone` + 1st of a day on, it becomes a request for a second person.

    Raises NumberGone and TooManyReveals; then nothing is stored.
    """
    lock_person(session, access.person)
    give_up_late(session, access)
    if (entry := pending_reveal(session, number, browser_hash, access.person)) is not None:
        return AnswerToAsking(entry)
    seen = allowance(session, access.person, access.at, alone)
    if seen.needs_second_person and not seen.is_used_up:
        return AnswerToAsking(request=_request(session, vault, number, access, seen.seen))
    return AnswerToAsking(entry=begin_reveal(session, vault, number, browser_hash, access))


def use_approval(session: Session, vault: Vault, request: int, browser_hash: bytes, access: Access) -> int:
    """Ask for the number of an approved request, and return the entry as `begin_reveal` does.

    Raises Fault for another person's request, and for one that is not approved, was used, or has expired.
    """
    lock_person(session, access.person)
    give_up_late(session, access)
    found = read_request(session, request, access.at)
    if found.person != access.person:
        raise Fault(f"request {request} is another person's ({found.person}): only they are shown the number")
    number = CallNumber(found.call, found.purpose)
    if (entry := pending_reveal(session, number, browser_hash, access.person)) is not None:
        return entry
    if found.state != APPROVED:
        raise Fault(f"request {request} is {found.state}: ask for the number again")
    why = f"{found.reason} (request {request}, approved by {found.decided_by})"
    own = Access(access.person, why, access.at)
    return begin_reveal(session, vault, number, browser_hash, own, request=request)


def decide(session: Session, request: int, decision: str, access: Access) -> None:
    """Approve or decline a request. Raises Fault for one's own, and for one that does not wait any more."""
    if decision not in DECISIONS:
        raise Fault("a request is approved or declined, and nothing else can be done with it")
    session.execute(_LOCK.with_for_update(), {"of_number": request})
    found = read_request(session, request, access.at)
    if found.person == access.person:
        raise Fault(f"request {request} is your own; another person has to decide it")
    if found.state != WAITING:
        by = f" by {found.decided_by}" if found.decided_by else ""
        raise Fault(
            f"request {request} was {found.state}{by} already" if by else f"request {request} has expired"
        )
    _decide(session, found, decision, access)


def latest_requests(session: Session, now: datetime) -> Sequence[RequestedReveal]:
    """The latest requests, of everybody."""
    return [_read(row, now) for row in session.execute(_LATEST)]


def read_request(session: Session, request: int, now: datetime) -> RequestedReveal:
    """One request. Raises NotKnown."""
    row = session.execute(_ONE, {"of_number": request}).one_or_none()
    if row is None:
        raise NotKnown(f"there is no request {request} to see a number")
    return _read(row, now)


def _request(session: Session, vault: Vault, number: CallNumber, access: Access, seen: int) -> int:
    """The number of the request. One that waits for the same number is not made again."""
    same = {"of_person": access.person, "of_call": number.call, "of_purpose": number.purpose}
    for row in session.execute(_OWN, {**same, "since": access.at - WAITS_FOR - APPROVED_FOR}).all():
        if _read(row, access.at).state in (WAITING, APPROVED):
            return int(row.number)
    open_number(session, vault, number)
    entry = record_access(session, access, action_on(number, REQUESTED), number.call)
    values = {**number._asdict(), "person": access.person, "reason": access.reason, "shown_before": seen}
    added: int = session.execute(_ADD, {"entry": entry, "requested_at": access.at, **values}).scalar()
    publish_alert(session, "reveal-waits", at=access.at, call=number.call)
    return added


def _decide(session: Session, found: RequestedReveal, decision: str, access: Access) -> None:
    values = {"decision": decision, "decided_at": access.at, "decided_by": access.person}
    statement = _DECIDE.values(**values, decision_reason=access.reason)
    session.execute(statement, {"of_number": found.number})
    action = action_on(CallNumber(found.call, found.purpose), decision)
    why = f"request {found.number} of {found.person}: {access.reason}"
    record_access(session, Access(access.person, why, access.at), action, found.call)


def _read(row: Any, now: datetime) -> RequestedReveal:
    names = RequestedReveal.__dataclass_fields__.keys() - {"state"}
    return RequestedReveal(**{name: getattr(row, name) for name in names}, state=_state(row, now))


def _state(row: Any, now: datetime) -> str:
    if row.is_used:
        return USED
    if row.decision == DECLINED:
        return DECLINED
    until = row.requested_at + WAITS_FOR if row.decision is None else row.decided_at + APPROVED_FOR
    return EXPIRED if now >= until else row.decision or WAITING
