"""Reverses a credit that a person gave by mistake.

A credit is reversed once and whole, by an entry of its own. The credit of a decided dispute stays: the partner was told
the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.contract_terms import current_timezone
from callrouter.billing.disputes.model import Dispute
from callrouter.billing.ledger import CreditWriter, EntryCause, lock_ledger, posting
from callrouter.billing.manual_entries import price_again
from callrouter.billing.model import LedgerEntry
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
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
    session: Session, directories: DirectoryCache, wanted: CreditReversalRequest, now: datetime
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
    price_again(session, directories, charged, now)
    return found.amount
