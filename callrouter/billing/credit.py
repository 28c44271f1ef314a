"""Credits by hand: a person credits a charge, or a part of it, and what hangs on it is priced anew.

What was credited by mistake is reversed, once and whole, by an entry of its own. What a decided dispute has credited
stays: the decision was told to the partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.apply_allowances import apply_allowances
from callrouter.billing.billable_call import PartnerCaller
from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.contract_terms import current_timezone
from callrouter.billing.disputes.model import Dispute
from callrouter.billing.ledger import CreditWriter, EntryCause, lock_ledger, posting
from callrouter.billing.model import LedgerEntry
from callrouter.billing.rerate import rerate
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money

_MANUAL_CREDITS = (
    sa.select(
        LedgerEntry.id,
        LedgerEntry.amount,
        LedgerEntry.currency,
        LedgerEntry.reason,
        LedgerEntry.person,
        LedgerEntry.posted_at,
        sa.select(Dispute.id)
        .where(Dispute.call == LedgerEntry.call, Dispute.decided_at == LedgerEntry.posted_at)
        .correlate(LedgerEntry)
        .scalar_subquery()
        .label("dispute"),
    )
    .where(
        LedgerEntry.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))),
        LedgerEntry.call == sa.bindparam("call"),
    )
    .order_by(LedgerEntry.id)
)
_CALLER_MATCH = sa.select(Call.caller_match).where(Call.sid == sa.bindparam("call"))


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What is to be credited, by whom and why; without an amount all that is left."""

    call: str
    amount: int | None
    """whole minor units"""
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class ManualCredit:
    """A credit that a person gave, and that has not been reversed."""

    id: int
    amount: Money
    reason: str
    person: str
    posted_at: datetime
    dispute: int | None
    """the decided dispute that it carries out"""


@dataclass(frozen=True, slots=True)
class CreditReversalRequest:
    """Which credit of a call is to be reversed, by whom and why."""

    call: str
    credit: int
    """its id in the ledger"""
    reason: str
    person: str


def credit(session: Session, directories: DirectoryShelf, wanted: CreditRequest, now: datetime) -> Money:
    """Credit a call; the amount. Raises NotKnown where it was not charged, Fault where too much is asked for."""
    lock_ledger(session)
    charged = charged_calls(session, [wanted.call]).get(wanted.call)
    if charged is None:
        raise NotKnown(f"the call {wanted.call} was not charged, so nothing can be credited")
    amount = _amount(wanted, charged)
    partner = charged.charge.partner
    timezone = current_timezone(session, directories, partner)
    writer = CreditWriter(session, posting(session, [partner], now), timezone)
    writer.reverse(charged, charged.charge, amount, EntryCause(wanted.reason, person=wanted.person))
    _rerate(session, directories, charged, now)
    return Money(amount, charged.charge.currency)


def manual_credits(session: Session, call: str) -> list[ManualCredit]:
    """The credits that people gave for a call, and that have not been reversed, in their order."""
    charged = charged_calls(session, [call]).get(call)
    ids = [entry.id for entry in charged.credits if entry.person] if charged else []
    rows = session.execute(_MANUAL_CREDITS, {"ids": ids, "call": call})
    return [
        ManualCredit(
            row.id, Money(row.amount, row.currency), row.reason, row.person, row.posted_at, row.dispute
        )
        for row in rows
    ]


def reverse_credit(
    session: Session, directories: DirectoryShelf, wanted: CreditReversalRequest, now: datetime
) -> Money:
    """Reverse a credit by hand; the amount, which is to be paid again unless a rule makes the call free.

    Raises NotKnown where there is no such credit, or it was reversed; Fault where a dispute's decision is behind it.
    """
    lock_ledger(session)
    found = {each.id: each for each in manual_credits(session, wanted.call)}.get(wanted.credit)
    if found is None:
        raise NotKnown(f"the call {wanted.call} has no such credit by hand, or it is reversed already")
    if found.dispute is not None:
        raise Fault(f"this credit carries out the decision of dispute {found.dispute}, which is final")
    charged = charged_calls(session, [wanted.call])[wanted.call]
    partner = charged.charge.partner
    timezone = current_timezone(session, directories, partner)
    writer = CreditWriter(session, posting(session, [partner], now), timezone)
    # A rule has credited only what people had left; pricing anew lets it credit all.
    if charged.rule_credit:
        cause = EntryCause("what was credited by hand is reversed")
        writer.reverse(charged, charged.rule_credit, charged.rule_credit.amount, cause)
    entry = next(each for each in charged.credits if each.id == wanted.credit)
    writer.reverse(charged, entry, entry.amount, EntryCause(wanted.reason, person=wanted.person))
    _rerate(session, directories, charged, now)
    return found.amount


def _rerate(session: Session, directories: DirectoryShelf, charged: ChargedCall, now: datetime) -> None:
    """Price anew what hangs on this charge."""
    charge = charged.charge
    match = session.execute(_CALLER_MATCH, {"call": charge.call}).scalar()
    caller = PartnerCaller.of(charge.partner, match, charge.call, simulated=charge.simulated)
    rerated = rerate(session, directories, [caller], now)
    apply_allowances(session, directories, rerated, now)


def _amount(wanted: CreditRequest, charged: ChargedCall) -> int:
    amount = charged.left if wanted.amount is None else wanted.amount
    if 0 < amount <= charged.left:
        return amount
    left = Money(charged.left, charged.charge.currency)
    raise Fault(
        f"{left} are left of the charge of {wanted.call}; credit more than nothing, and no more than that"
    )
