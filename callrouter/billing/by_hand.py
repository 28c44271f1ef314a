"""Entries by hand that are about no call: what a person adjusts in a partner's account, and payments that came in.

Whatever is wrong with one of them is put right by another: entries are never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from callrouter.billing.account import posting
from callrouter.billing.agreed import partner_now, zone_now
from callrouter.billing.model import ADJUSTMENT, PAYMENT
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault, NotKnown
from callrouter.events.settle import be_the_only_writer
from callrouter.money import Money, parse_amount

MOST = 10**12
"""whole minor units; what is more is a slip of the hand"""

_PARTNER = sql("SELECT 1 FROM partner WHERE key = :partner")
_CURRENCIES = sql(
    "SELECT DISTINCT currency FROM ledger_entry WHERE partner = :partner AND simulated = :simulated"
)
_PAID = sql(
    "SELECT day, amount, currency, reason FROM ledger_entry WHERE partner = :partner AND simulated = :simulated"
    " AND entry_type = 'payment' ORDER BY id"
)
_ENTER = sql(
    "INSERT INTO ledger_entry (entry_type, partner, kind, amount, currency, reason, person, posted_at, day,"
    " period, simulated)"
    " VALUES (:entry_type, :partner, :entry_type, :amount, :currency, :reason, :person, :posted_at, :day,"
    " :period, :simulated)"
)


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person enters in a partner's account, and in which: what is only simulated has one of its own."""

    partner: str
    amount: str
    """as it was written, `12.50`: the currency says how many decimals it may have"""
    why: str
    """the reason of an adjustment, which the partner reads; the reference of a payment"""
    person: str
    simulated: bool
    currency: str | None = None
    """None: the one of the account"""


def adjust(
    session: Session, directories: DirectoryShelf, wanted: ByHand, now: datetime, *, off: bool = False
) -> Money:
    """Add to what a partner owes, or take it `off`; the amount with its sign.

    Raises NotKnown for a partner that there never was, Fault for an amount or a currency that cannot be.
    """
    be_the_only_writer(session)
    money = _money(session, directories, wanted)
    adjusted = Money(-money.minor if off else money.minor, money.currency)
    _enter(session, directories, wanted, ADJUSTMENT, adjusted, now)
    return adjusted


def pay(session: Session, directories: DirectoryShelf, wanted: ByHand, now: datetime) -> Money:
    """Enter a payment that came in. Its reference is the partner's for ever: the same again raises Fault."""
    be_the_only_writer(session)
    money = _money(session, directories, wanted)
    _refuse_the_same_again(session, wanted)
    _enter(session, directories, wanted, PAYMENT, money, now)
    return money


def _money(session: Session, directories: DirectoryShelf, wanted: ByHand) -> Money:
    if not session.ask(_PARTNER, partner=wanted.partner):
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


def _currency(session: Session, directories: DirectoryShelf, wanted: ByHand) -> str:
    """The currency that is said, where the account has it or none yet; else the only one that it has."""
    known = _currencies(session, directories, wanted)
    told = f"the account of {wanted.partner} is in {' and '.join(known) or 'no currency yet'}"
    if wanted.currency:
        if known and wanted.currency not in known:
            raise Fault(told)
        return wanted.currency
    if len(known) != 1:
        raise Fault(f"{told}: say which with --currency")
    return known[0]


def _currencies(session: Session, directories: DirectoryShelf, wanted: ByHand) -> list[str]:
    """Those of the partner's rates, and of all that was entered."""
    partner = partner_now(session, directories, wanted.partner)
    entered = session.ask(_CURRENCIES, partner=wanted.partner, simulated=wanted.simulated)
    known = {currency for (currency,) in entered}
    return sorted(known | {partner.currency} if partner and partner.currency else known)


def _refuse_the_same_again(session: Session, wanted: ByHand) -> None:
    reference = _compared(wanted.why)
    for day, amount, currency, entered in session.ask(
        _PAID, partner=wanted.partner, simulated=wanted.simulated
    ):
        if _compared(entered) == reference:
            raise Fault(
                f"{entered!r} of {wanted.partner} is already entered: {Money(amount, currency)}, on {day};"
                " what was wrong with it is put right by `callrouter billing adjust`"
            )


def _compared(reference: str) -> str:
    """Banks and people write the same reference in capitals or not, and with more space or less."""
    return " ".join(normalize("NFC", reference).casefold().split())


def _enter(
    session: Session, directories: DirectoryShelf, wanted: ByHand, entry: str, money: Money, now: datetime
) -> None:
    """On the partner's day of now, or the first that is open."""
    zone = zone_now(session, directories, wanted.partner)
    where = posting(session, [wanted.partner], now)
    day = where.day(wanted.partner, zone, None, simulated=wanted.simulated)
    session.tell(
        _ENTER,
        entry_type=entry,
        partner=wanted.partner,
        amount=money.minor,
        currency=money.currency,
        reason=wanted.why,
        person=wanted.person,
        posted_at=now,
        day=day,
        period=day[:7],
        simulated=wanted.simulated,
    )
