"""Objecting: a partner says why it should not pay for a call, until 30 days after the invoice that has the charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import Charged, charged_calls
from callrouter.billing.period import TIME_TO_OBJECT
from callrouter.database import Session, sql
from callrouter.disputes.reasons import REASONS
from callrouter.errors import Fault, NotKnown
from callrouter.events.settle import be_the_only_writer
from callrouter.money import Money

# What was taken off by a rule and charged anew is objected to as of that.
_INVOICE = sql(
    "SELECT invoice.name, invoice.issued_at FROM ledger_entry LEFT JOIN invoice_line line ON line.entry ="
    " ledger_entry.id"
    " LEFT JOIN invoice ON invoice.name = line.invoice WHERE ledger_entry.call = :call"
    " AND ledger_entry.entry_type IN ('charge', 'credit_reversal') ORDER BY ledger_entry.id DESC LIMIT 1"
)
_OPEN = sql("SELECT id, raised_at FROM dispute WHERE charge = :charge AND decision IS NULL")
_RAISE = sql(
    "INSERT INTO dispute (call, partner, charge, invoice, reason, evidence, raised_at, raised_by)"
    " VALUES (:call, :partner, :charge, :invoice, :reason, :evidence, :now, :person) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """What a partner objects to and why; the person is who enters it."""

    call: str
    reason: str
    """one of `reasons.REASONS`"""
    evidence: str
    """what the partner says"""
    person: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An objection that is open now: its number, whose it is, and what is left of the charge."""

    number: int
    partner: str
    left: Money


def object_to_charge(session: Session, objection: Objection, now: datetime) -> Raised:
    """Raise a partner's objection to the charge of a call.

    Raises NotKnown where the call was not charged; Fault where nothing is left of the charge, where it comes too late,
    and where one is open already.
    """
    be_the_only_writer(session)
    if objection.reason not in REASONS:
        raise Fault(f"{objection.reason!r} is no reason to object; these are: {', '.join(REASONS)}")
    charged = charged_calls(session, [objection.call]).get(objection.call)
    if charged is None:
        raise NotKnown(f"the call {objection.call} was not charged, so there is nothing to object to")
    _refuse_nothing_left(charged)
    _refuse_another(session, charged)
    [(invoice, issued_at)] = session.ask(_INVOICE, call=objection.call)
    _refuse_too_late(invoice, issued_at, now)
    [(number,)] = session.ask(
        _RAISE,
        call=objection.call,
        partner=charged.charge.partner,
        charge=charged.charge.id,
        invoice=invoice,
        reason=objection.reason,
        evidence=objection.evidence,
        now=now,
        person=objection.person,
    )
    return Raised(number, charged.charge.partner, Money(charged.left, charged.charge.currency))


def _refuse_nothing_left(charged: Charged) -> None:
    if not charged.left:
        raise Fault(
            f"nothing is left of the charge of {charged.charge.call}, so there is nothing to object to"
        )


def _refuse_another(session: Session, charged: Charged) -> None:
    for number, raised_at in session.ask(_OPEN, charge=charged.charge.id):
        raise Fault(
            f"objection {number} to this charge is open since {_in_words(raised_at)}: decide it first"
        )


def _refuse_too_late(invoice: str | None, issued_at: datetime | None, now: datetime) -> None:
    """What is on no invoice yet can be objected to at any time."""
    if issued_at is None or now <= issued_at + TIME_TO_OBJECT:
        return
    raise Fault(
        f"{invoice}, which has the charge, was issued on {_in_words(issued_at)}: an objection was possible for"
        f" {TIME_TO_OBJECT.days} days, until {_in_words(issued_at + TIME_TO_OBJECT)}"
    )


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
