"""Ledger entries by hand: credits, adjustments and payments.

A wrong entry is corrected by another entry. Entries are never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

import sqlalchemy as sa

from callrouter.billing.allowances import apply_allowances
from callrouter.billing.billable_call import PartnerCaller
from callrouter.billing.charge import rerate
from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.contract_terms import current_partner, current_timezone
from callrouter.billing.ledger import CreditWriter, EntryCause, lock_ledger, posting
from callrouter.billing.model import ADJUSTMENT, IS_PAYMENT, PAYMENT, LedgerEntry
from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.model import StoredPartner
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money, parse_amount

MOST = 10**12
"""whole minor units; a larger amount is a typing error"""

_PARTNER = sa.select(StoredPartner.key).where(StoredPartner.key == sa.bindparam("partner"))
_OF_ACCOUNT = (
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.simulated == sa.bindparam("simulated"),
)
_CURRENCIES = sa.select(LedgerEntry.currency).where(*_OF_ACCOUNT).distinct()
_PAYMENTS = (
    sa.select(LedgerEntry.day, LedgerEntry.amount, LedgerEntry.currency, LedgerEntry.reason)
    .where(*_OF_ACCOUNT, IS_PAYMENT)
    .order_by(LedgerEntry.id)
)
_ENTER = sa.insert(LedgerEntry)


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """An adjustment or a payment that a person enters in a partner's account."""

    partner: str
    amount: str
    """as typed, `12.50`; the currency limits the decimals"""
    why: str
    """the reason of an adjustment, which the partner reads; or the reference of a payment"""
    person: str
    simulated: bool
    currency: str | None = None
    """None: the currency of the account"""


def adjust(
    session: Session, directories: DirectoryCache, wanted: ManualEntry, now: datetime, *, off: bool = False
) -> Money:
    """Raise what a partner owes, or lower it with `off`. Returns the signed amount.

    Raises NotKnown for an unknown partner, and Fault for an impossible amount or currency.
    """
    lock_ledger(session)
    money = _money(session, directories, wanted)
    adjusted = Money(-money.minor if off else money.minor, money.currency)
    _enter(session, directories, wanted, ADJUSTMENT, adjusted, now)
    return adjusted


def record_payment(
    session: Session, directories: DirectoryCache, wanted: ManualEntry, now: datetime
) -> Money:
    """Enter a payment. A partner's payment reference is unique: using it again raises Fault."""
    lock_ledger(session)
    money = _money(session, directories, wanted)
    _refuse_the_same_again(session, wanted)
    _enter(session, directories, wanted, PAYMENT, money, now)
    return money


def _money(session: Session, directories: DirectoryCache, wanted: ManualEntry) -> Money:
    if session.execute(_PARTNER, {"partner": wanted.partner}).first() is None:
        raise NotKnown(
            f"there is no partner {wanted.partner}; `callrouter billing balance` shows the accounts"
        )
    currency = _currency(session, directories, wanted)
    try:
        minor = parse_amount(wanted.amount, currency)
    except ValueError as error:
        raise Fault(str(error)) from error
    if not 0 < minor <= MOST:
        raise Fault(
            f"{wanted.amount} {currency} is not entered: more than nothing, and up to {Money(MOST, currency)}"
        )
    return Money(minor, currency)


def _currency(session: Session, directories: DirectoryCache, wanted: ManualEntry) -> str:
    """The requested currency, if the account has it or has none yet; else the account's only currency."""
    known = _currencies(session, directories, wanted)
    has = f"the account of {wanted.partner} is in {' and '.join(known) or 'no currency yet'}"
    if wanted.currency:
        if known and wanted.currency not in known:
            raise Fault(has)
        return wanted.currency
    if len(known) != 1:
        raise Fault(f"{has}: say which with --currency")
    return known[0]


def _currencies(session: Session, directories: DirectoryCache, wanted: ManualEntry) -> list[str]:
    """The currencies of the partner's rates and of all entries."""
    partner = current_partner(session, directories, wanted.partner)
    account = {"partner": wanted.partner, "simulated": wanted.simulated}
    known = set(session.execute(_CURRENCIES, account).scalars())
    return sorted(known | {partner.currency} if partner and partner.currency else known)


def _refuse_the_same_again(session: Session, wanted: ManualEntry) -> None:
    reference = _compared(wanted.why)
    account = {"partner": wanted.partner, "simulated": wanted.simulated}
    for payment in session.execute(_PAYMENTS, account):
        if _compared(payment.reason) == reference:
            raise Fault(
                f"{payment.reason!r} of {wanted.partner} is already entered:"
                f" {Money(payment.amount, payment.currency)}, on {payment.day};"
                " what was wrong with it is put right by `callrouter billing adjust`"
            )


def _compared(reference: str) -> str:
    """Normalize a reference: people and banks vary capitals and spaces."""
    return " ".join(normalize("NFC", reference).casefold().split())


def _enter(
    session: Session,
    directories: DirectoryCache,
    wanted: ManualEntry,
    entry_type: str,
    money: Money,
    now: datetime,
) -> None:
    """Enter it on the partner's current day, or in the first open month."""
    timezone = current_timezone(session, directories, wanted.partner)
    where = posting(session, [wanted.partner], now)
    day = where.day(wanted.partner, timezone, None, simulated=wanted.simulated)
    values = {
        "entry_type": entry_type,
        "kind": entry_type,
        "partner": wanted.partner,
        "amount": money.minor,
        "currency": money.currency,
        "reason": wanted.why,
        "person": wanted.person,
        "posted_at": now,
        "day": day,
        "period": day[:7],
        "simulated": wanted.simulated,
    }
    session.execute(_ENTER, values)


_CALLER_MATCH = sa.select(Call.caller_pseudonym).where(Call.sid == sa.bindparam("call"))


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """A credit that a person enters. Without an amount, all that is left is credited."""

    call: str
    amount: int | None
    """whole minor units"""
    reason: str
    person: str


def credit(session: Session, directories: DirectoryCache, wanted: CreditRequest, now: datetime) -> Money:
    """Credit a call and price the caller's other calls again. Returns the amount.

    Raises NotKnown if the call was not charged, and Fault if the amount is too large.
    """
    lock_ledger(session)
    charged = charged_calls(session, [wanted.call]).get(wanted.call)
    if charged is None:
        raise NotKnown(f"the call {wanted.call} was not charged, so nothing can be credited")
    amount = _amount(wanted, charged)
    partner = charged.charge.partner
    timezone = current_timezone(session, directories, partner)
    writer = CreditWriter(session, posting(session, [partner], now), timezone)
    writer.reverse(charged, charged.charge, amount, EntryCause(wanted.reason, person=wanted.person))
    price_again(session, directories, charged, now)
    return Money(amount, charged.charge.currency)


def price_again(session: Session, directories: DirectoryCache, charged: ChargedCall, now: datetime) -> None:
    """Price again what depends on the charge of a call: the caller's other calls, and the month's allowances."""
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
