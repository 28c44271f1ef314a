"""Objections: a partner says why it should not pay for a call, within 30 days after the invoice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.disputes.model import Dispute
from callrouter.billing.ledger import lock_ledger
from callrouter.billing.period import TIME_TO_OBJECT
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money

# Reasons are about the call or its price. None is about who called or what came of the call: the law forbids a fee that
# depends on these (see `billing/pricing.py`), and also a refund that does.
REASONS = {
    "no-talk": "nobody was on the line, or there was no conversation",
    "bad-line": "the line was too bad to talk",
    "machine": "an answering machine took the call",
    "not-our-center": "it was not one of the partner's centers that took the call",
    "wrong-rate": "the price is not the one that was agreed on",
    "repeat": "the same caller was charged for shortly before",
    "test-call": "somebody was testing the line",
    "other": "something else about the call or its price, as the evidence says",
}
"""each reason with its meaning"""

_OPEN = sa.select(Dispute.id, Dispute.raised_at).where(
    Dispute.charge == sa.bindparam("charge"), Dispute.decision.is_(None)
)
_RAISE = sa.insert(Dispute).returning(Dispute.id)


class ChargeInvoice(NamedTuple):
    """The invoice that contains a charge."""

    name: str
    issued_at: datetime


FindChargeInvoice = Callable[[Session, str], ChargeInvoice | None]
"""finds the latest invoice that contains a call's charge; a parameter, because invoices lie above billing"""


@dataclass(frozen=True, slots=True)
class Objection:
    """What a partner objects to, and why. `person` is who entered it."""

    call: str
    reason: str
    """one of `REASONS`"""
    evidence: str
    """the partner's own words"""
    person: str


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """An open objection: its number, its partner, and what is left of the charge."""

    number: int
    partner: str
    left: Money


def object_to_charge(
    session: Session, invoice_of_charge: FindChargeInvoice, objection: Objection, now: datetime
) -> OpenObjection:
    """Enter a partner's objection to the charge of a call.

    Raises NotKnown if the call was not charged. Raises Fault if nothing is left of the charge, if the deadline has
    passed, or if another objection is open.
    """
    lock_ledger(session)
    if objection.reason not in REASONS:
        raise Fault(f"{objection.reason!r} is no reason to object; these are: {', '.join(REASONS)}")
    charged = charged_calls(session, [objection.call]).get(objection.call)
    if charged is None:
        raise NotKnown(f"the call {objection.call} was not charged, so there is nothing to object to")
    _refuse_nothing_left(charged)
    _refuse_another(session, charged)
    invoice = invoice_of_charge(session, objection.call)
    if invoice:
        _refuse_too_late(invoice, now)
    values = {
        "call": objection.call,
        "partner": charged.charge.partner,
        "charge": charged.charge.id,
        "invoice": invoice.name if invoice else None,
        "reason": objection.reason,
        "evidence": objection.evidence,
        "raised_at": now,
        "raised_by": objection.person,
    }
    number = session.execute(_RAISE, values).scalar()
    return OpenObjection(number, charged.charge.partner, Money(charged.left, charged.charge.currency))


def _refuse_nothing_left(charged: ChargedCall) -> None:
    if not charged.left:
        raise Fault(
            f"nothing is left of the charge of {charged.charge.call}, so there is nothing to object to"
        )


def _refuse_another(session: Session, charged: ChargedCall) -> None:
    for other in session.execute(_OPEN, {"charge": charged.charge.id}):
        raise Fault(
            f"objection {other.id} to this charge is open since {_in_words(other.raised_at)}: decide it first"
        )


def _refuse_too_late(invoice: ChargeInvoice, now: datetime) -> None:
    """A charge that is on no invoice yet can be disputed at any time."""
    until = invoice.issued_at + TIME_TO_OBJECT
    if now <= until:
        return
    raise Fault(
        f"{invoice.name}, which has the charge, was issued on {_in_words(invoice.issued_at)}: an objection was possible"
        f" for {TIME_TO_OBJECT.days} days, until {_in_words(until)}"
    )


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
