"""The monthly fee: a flat price for the month itself, where one was agreed on, whatever calls there were."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from callrouter.billing.period import bounds
from callrouter.database import Session, sql
from callrouter.directory.directory import MONTHLY, Partner, Rate
from callrouter.directory.last_known import last_known
from callrouter.directory.versions import DirectoryShelf

OWING = frozenset({"verified", "suspended"})
"""Also a partner that is suspended for a while: callers of its listings are connected all the same."""

_CLOSED = sql(
    "SELECT 1 FROM closed_month WHERE partner = :partner AND simulated = :simulated AND period = :month"
)
_VERSION_AT = sql("SELECT MAX(version) FROM directory_version WHERE loaded_at < :moment")
_ENTER = sql(
    "INSERT INTO ledger_entry (entry_type, partner, kind, amount, currency, reason, posted_at, day, period, simulated)"
    " VALUES ('fee', :partner, 'monthly', :amount, :currency, :reason, :posted_at, :day, :period, :simulated)"
    " ON CONFLICT (partner, period, simulated) WHERE entry_type = 'fee' DO NOTHING RETURNING id"
)


class Fee(NamedTuple):
    """A flat rate, and the version of the directory that it is owed by."""

    rate: Rate
    version: int


def enter_fee(
    session: Session,
    directories: DirectoryShelf,
    partner: str,
    month: str,
    simulated: bool,
    now: datetime,
) -> bool:
    """Enter a partner's fee of a month, where one is owed; whether it was entered now.

    Again, and where the month is closed, it enters nothing. The caller makes sure that it is the only writer.
    """
    if session.ask(_CLOSED, partner=partner, simulated=simulated, month=month):
        return False
    fee = owed_for(session, directories, partner, month)
    if fee is None:
        return False
    entered = session.ask(
        _ENTER,
        partner=partner,
        amount=fee.rate.price_minor,
        currency=fee.rate.currency,
        reason=f"the fee of {month}",
        posted_at=now,
        day=f"{month}-01",
        period=month,
        simulated=simulated,
    )
    return bool(entered)


def owed_for(session: Session, directories: DirectoryShelf, partner: str, month: str) -> Fee | None:
    """What is owed for a month, by the version in force at its last moment where the partner is, or was.

    Nothing is owed for a month that was over before there was any directory.
    """
    known = last_known(session, partner)
    if known is None:
        return None
    _, end = bounds(month, known.timezone)
    [(version,)] = session.ask(_VERSION_AT, moment=end)
    rate = owed(directories.at(session, version).partners.get(partner), month) if version else None
    return Fee(rate, version) if rate else None


def owed(partner: Partner | None, month: str) -> Rate | None:
    """The flat rate of a month, by the partner as the month ended: the one that had begun by its first day. *Pure.*"""
    if partner is None or partner.status not in OWING:
        return None
    return partner.rate_on(MONTHLY, date.fromisoformat(f"{month}-01"))
