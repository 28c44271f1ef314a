"""Credits by hand: a person takes back a charge, or a part of it, and what hangs on it is rated anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.account import Cause, charged_calls, take_back
from callrouter.billing.rerate import period_of, rerate
from callrouter.billing.talk import Party
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.errors import Fault, NotKnown
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
    charged = charged_calls(session, [wish.call]).get(wish.call)
    if charged is None:
        raise NotKnown(f"the call {wish.call} was not charged, so nothing can be credited")
    amount = charged.left if wish.amount is None else wish.amount
    left = Money(charged.left, charged.charge.currency)
    if not 0 < amount <= charged.left:
        raise Fault(
            f"{left} are left of the charge of {wish.call}; credit more than nothing, and no more than that"
        )
    period = period_of(session, directories, charged.charge.partner, now)
    take_back(session, charged.charge, amount, Cause(wish.reason, now, period, wish.person))
    [(match,)] = session.ask(_MATCH, call=wish.call)
    rerate(session, directories, [Party.of(charged.charge.partner, match, wish.call)], now)
    return Money(amount, charged.charge.currency)
