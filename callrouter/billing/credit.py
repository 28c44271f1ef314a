"""Credits by hand: a person takes back a charge, or a part of it, and what hangs on it is rated anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import Cause, Charged, charged_calls, posting
from callrouter.billing.agreed import zone_now
from callrouter.billing.concede import concede
from callrouter.billing.rerate import rerate
from callrouter.billing.stand import Desk
from callrouter.billing.talk import Party
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault, NotKnown
from callrouter.events.settle import be_the_only_writer
from callrouter.money import Money

_MATCH = sql("SELECT caller_match FROM call WHERE sid = :call")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be credited, by whom and why; without an amount all that is left."""

    call: str
    amount: int | None
    """whole minor units"""
    reason: str
    person: str


def credit(session: Session, directories: DirectoryShelf, wish: Wish, now: datetime) -> Money:
    """Credit a call; the amount. Raises NotKnown where it was not charged, Fault where too much is asked for."""
    be_the_only_writer(session)
    charged = charged_calls(session, [wish.call]).get(wish.call)
    if charged is None:
        raise NotKnown(f"the call {wish.call} was not charged, so nothing can be credited")
    amount = _amount(wish, charged)
    partner = charged.charge.partner
    desk = Desk(session, posting(session, [partner], now), zone_now(session, directories, partner))
    desk.takes_back(charged, charged.charge, amount, Cause(wish.reason, person=wish.person))
    [(match,)] = session.ask(_MATCH, call=wish.call)
    party = Party.of(partner, match, wish.call, simulated=charged.charge.simulated)
    rated_anew = rerate(session, directories, [party], now)
    concede(session, directories, rated_anew, now)
    return Money(amount, charged.charge.currency)


def _amount(wish: Wish, charged: Charged) -> int:
    amount = charged.left if wish.amount is None else wish.amount
    if 0 < amount <= charged.left:
        return amount
    left = Money(charged.left, charged.charge.currency)
    raise Fault(
        f"{left} are left of the charge of {wish.call}; credit more than nothing, and no more than that"
    )
