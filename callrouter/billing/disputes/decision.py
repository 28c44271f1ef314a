"""Decides an objection: the whole charge is credited, or a part, or nothing. A person decides once and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.contract_terms import current_timezone
from callrouter.billing.disputes.model import ACCEPTED, IN_PART, REFUSED, Dispute
from callrouter.billing.ledger import CreditWriter, EntryCause, lock_ledger, posting
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money, parse_amount

IN_WORDS = {ACCEPTED: "accepted", IN_PART: "accepted in part", REFUSED: "refused"}

_LATEST = (
    sa.select(Dispute.id, Dispute.reason, Dispute.decision, Dispute.decided_at, Dispute.decided_by)
    .where(Dispute.call == sa.bindparam("call"))
    .order_by(Dispute.id.desc())
    .limit(1)
)
_DECIDE = sa.update(Dispute).where(Dispute.id == sa.bindparam("number"), Dispute.decision.is_(None))


@dataclass(frozen=True, slots=True)
class DisputeDecision:
    """A decision about the open objection to a call's charge."""

    call: str
    verdict: str
    """`accepted`, `in part` or `refused`"""
    note: str
    person: str
    amount: str | None = None
    """of a partial credit, as typed: `10.00`, in the currency of the charge"""


@dataclass(frozen=True, slots=True)
class DecidedDispute:
    """The number of the objection, and the amount that was credited."""

    number: int
    credited: Money


def decide_dispute(
    session: Session, directories: DirectoryCache, decision: DisputeDecision, now: datetime
) -> DecidedDispute:
    """Decide an objection, credit the amount, and price the caller's other calls again.

    Raises NotKnown if nobody objected. Raises Fault if the objection is already decided, or the partial amount is
    impossible.
    """
    lock_ledger(session)
    number, reason = _open(session, decision.call)
    charged = charged_calls(session, [decision.call])[decision.call]
    credited = _amount(decision, charged)
    if credited:
        _reverse_rule_credit(session, directories, number, charged, now)
        why = f"objection {number} ({reason}) {IN_WORDS[decision.verdict]}"
        wanted = CreditRequest(decision.call, credited, why, decision.person)
        credit(session, directories, wanted, now)
    values = {
        "decision": decision.verdict,
        "credited": credited,
        "note": decision.note,
        "decided_at": now,
        "decided_by": decision.person,
    }
    session.execute(_DECIDE, {"number": number, **values})
    return DecidedDispute(number, Money(credited, charged.charge.currency))


def _open(session: Session, call: str) -> tuple[int, str]:
    """The number and the reason of the open objection."""
    latest = session.execute(_LATEST, {"call": call}).first()
    if latest is None:
        raise NotKnown(
            f"nobody has objected to the charge of {call}; `callrouter disputes list` shows who has"
        )
    if latest.decision:
        raise Fault(
            f"objection {latest.id} was decided on {latest.decided_at:%Y-%m-%d %H:%M} UTC"
            f" by {latest.decided_by}: {IN_WORDS[latest.decision]}"
        )
    return latest.id, latest.reason


def _amount(decision: DisputeDecision, charged: ChargedCall) -> int:
    """The amount to credit, in whole minor units. Manual credits since the objection are not credited again."""
    if decision.verdict == REFUSED:
        return 0
    if decision.verdict == ACCEPTED:
        return charged.charge.amount - charged.credited_manually
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


def _reverse_rule_credit(
    session: Session, directories: DirectoryCache, number: int, charged: ChargedCall, now: datetime
) -> None:
    """Reverse a credit that a rule has made. Otherwise the call could be charged again when that reason ends."""
    rule_credit = charged.rule_credit
    if rule_credit is None:
        return
    partner = charged.charge.partner
    timezone = current_timezone(session, directories, partner)
    writer = CreditWriter(session, posting(session, [partner], now), timezone)
    cause = EntryCause(f"objection {number} is accepted instead")
    writer.reverse(charged, rule_credit, rule_credit.amount, cause)
