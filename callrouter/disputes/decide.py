"""Deciding an objection: all of the charge is credited, a part of it, or nothing; once, by a person who says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import Cause, Charged, charged_calls, posting
from callrouter.billing.agreed import zone_now
from callrouter.billing.credit import Wish, credit
from callrouter.billing.stand import Desk
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.disputes.model import ACCEPTED, IN_PART, REFUSED
from callrouter.errors import Fault, NotKnown
from callrouter.events.settle import be_the_only_writer
from callrouter.money import Money, parse_amount

IN_WORDS = {ACCEPTED: "accepted", IN_PART: "accepted in part", REFUSED: "refused"}

_LATEST = sql(
    "SELECT id, reason, decision, decided_at, decided_by FROM dispute WHERE call = :call ORDER BY id DESC LIMIT 1"
)
_DECIDE = sql(
    "UPDATE dispute SET decision = :decision, credited = :credited, note = :note, decided_at = :now,"
    " decided_by = :person WHERE id = :id AND decision IS NULL"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """How the open objection to a call's charge is decided, by whom and why."""

    call: str
    verdict: str
    """`accepted`, `in part` or `refused`"""
    note: str
    person: str
    amount: str | None = None
    """of a part, as it was written: `10.00`, in the currency of the charge"""


@dataclass(frozen=True, slots=True)
class Decided:
    """An objection that was decided: its number, and what was credited."""

    number: int
    credited: Money


def decide(session: Session, directories: DirectoryShelf, decision: Decision, now: datetime) -> Decided:
    """Decide an objection and credit what follows, so that what hangs on the charge is rated anew.

    Raises NotKnown where nobody objected, Fault where it is decided already, and for a part that is none.
    """
    be_the_only_writer(session)
    number, reason = _open(session, decision.call)
    charged = charged_calls(session, [decision.call])[decision.call]
    credited = _amount(decision, charged)
    if credited:
        _give_way(session, directories, number, charged, now)
        told = f"objection {number} ({reason}) {IN_WORDS[decision.verdict]}"
        wish = Wish(decision.call, credited, told, decision.person)
        credit(session, directories, wish, now)
    session.tell(
        _DECIDE,
        id=number,
        decision=decision.verdict,
        credited=credited,
        note=decision.note,
        now=now,
        person=decision.person,
    )
    return Decided(number, Money(credited, charged.charge.currency))


def _open(session: Session, call: str) -> tuple[int, str]:
    """The number and the reason of the objection that is to be decided."""
    found = session.ask(_LATEST, call=call)
    if not found:
        raise NotKnown(
            f"nobody has objected to the charge of {call}; `callrouter disputes list` shows who has"
        )
    [(number, reason, decided, at, person)] = found
    if decided:
        raise Fault(
            f"objection {number} was decided on {at:%Y-%m-%d %H:%M} UTC by {person}: {IN_WORDS[decided]}"
        )
    return number, reason


def _amount(decision: Decision, charged: Charged) -> int:
    """What is to be credited, in whole minor units. What was taken back by hand meanwhile is not credited again."""
    if decision.verdict == REFUSED:
        return 0
    if decision.verdict == ACCEPTED:
        return charged.charge.amount - charged.by_hand
    currency = charged.charge.currency
    try:
        amount = parse_amount(decision.amount or "", currency)
    except ValueError as error:
        raise Fault(str(error)) from error
    if not 0 < amount < charged.left:
        left = Money(charged.left, currency)
        raise Fault(
            f"{left} are left of the charge; a part ({IN_PART}) is more than nothing and less than that"
        )
    return amount


def _give_way(
    session: Session, directories: DirectoryShelf, number: int, charged: Charged, now: datetime
) -> None:
    """A credit that a rule has made meanwhile ends. Else the call would be charged again once its reason is gone."""
    standing = charged.by_rule
    if standing is None:
        return
    partner = charged.charge.partner
    desk = Desk(session, posting(session, [partner], now), zone_now(session, directories, partner))
    desk.takes_back(charged, standing, standing.amount, Cause(f"objection {number} is accepted instead"))
