"""The monthly fee: a flat price for a month, whatever calls there were."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from callrouter.billing.ledger import is_closed
from callrouter.billing.model import FEE, IS_FEE, LedgerEntry
from callrouter.billing.period import month_bounds
from callrouter.database import Instant, Session
from callrouter.directory.directory import MONTHLY, Partner, Rate
from callrouter.directory.last_known import last_known
from callrouter.directory.model import DirectoryVersion
from callrouter.directory.versions import DirectoryCache

OWING = frozenset({"verified", "suspended"})
"""Suspended partners pay too: callers of their listings are still connected."""

_VERSION_AT = sa.select(sa.func.max(DirectoryVersion.version)).where(
    DirectoryVersion.loaded_at < sa.bindparam("moment", type_=Instant)
)
_ENTER = (
    insert(LedgerEntry)
    .on_conflict_do_nothing(index_elements=["partner", "period", "simulated"], index_where=IS_FEE)
    .returning(LedgerEntry.id)
)


class Fee(NamedTuple):
    """A flat rate, and the directory version that it comes from."""

    rate: Rate
    version: int


def enter_fee(
    session: Session,
    directories: DirectoryCache,
    partner: str,
    month: str,
    simulated: bool,
    now: datetime,
) -> bool:
    """Enter a partner's fee for a month, if one is owed. Returns whether it was entered now.

    It enters nothing a second time, or in a closed month. The caller of this function has called `lock_ledger`.
    """
    if is_closed(session, partner, month, simulated=simulated):
        return False
    fee = owed_for(session, directories, partner, month)
    if fee is None:
        return False
    values = {
        "entry_type": FEE,
        "partner": partner,
        "kind": MONTHLY,
        "amount": fee.rate.price_minor,
        "currency": fee.rate.currency,
        "reason": f"the fee of {month}",
        "posted_at": now,
        "day": f"{month}-01",
        "period": month,
        "simulated": simulated,
    }
    return session.execute(_ENTER, values).first() is not None


def owed_for(session: Session, directories: DirectoryCache, partner: str, month: str) -> Fee | None:
    """The fee of a month, by the directory version in force when the month ended in the partner's zone.

    Nothing is owed for a month that ended before the first directory.
    """
    known = last_known(session, partner)
    if known is None:
        return None
    _, end = month_bounds(month, known.timezone)
    version = session.execute(_VERSION_AT, {"moment": end}).scalar()
    rate = owed(directories.at(session, version).partners.get(partner), month) if version else None
    return Fee(rate, version) if rate else None


def owed(partner: Partner | None, month: str) -> Rate | None:
    """The flat rate of a month: the one in force on its first day, for the partner as the month ended. *Pure.*"""
    if partner is None or partner.status not in OWING:
        return None
    return partner.rate_on(MONTHLY, date.fromisoformat(f"{month}-01"))
