"""Credits by hand: a person credits a charge, or a part of it, and what hangs on it is priced anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from callrouter.billing.apply_allowances import apply_allowances
from callrouter.billing.billable_call import PartnerCaller
from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.contract_terms import current_timezone
from callrouter.billing.ledger import CreditWriter, EntryCause, lock_ledger, posting
from callrouter.billing.rerate import rerate
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money

_CALLER_MATCH = sa.select(Call.caller_match).where(Call.sid == sa.bindparam("call"))


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """What is to be credited, by whom and why; without an amount all that is left."""

    call: str
    amount: int | None
    """whole minor units"""
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
    match = session.execute(_CALLER_MATCH, {"call": wanted.call}).scalar()
    caller = PartnerCaller.of(partner, match, wanted.call, simulated=charged.charge.simulated)
    rerated = rerate(session, directories, [caller], now)
    apply_allowances(session, directories, rerated, now)
    return Money(amount, charged.charge.currency)


def _amount(wanted: CreditRequest, charged: ChargedCall) -> int:
    amount = charged.left if wanted.amount is None else wanted.amount
    if 0 < amount <= charged.left:
        return amount
    left = Money(charged.left, charged.charge.currency)
    raise Fault(
        f"{left} are left of the charge of {wanted.call}; credit more than nothing, and no more than that"
    )
