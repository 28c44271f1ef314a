"""Applies a partner's free calls and spend cap to the ledger. `pricing.py` has the rule.

Every call that counts is charged. A call that an allowance makes free gets a credit by that rule; the credit is
reversed if the allowance turns out to belong to another call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing import spend_cap
from callrouter.billing.billable_call import BillableCall
from callrouter.billing.charged_call import CALL_ENTRY_COLUMNS, CallEntry, ChargedCall, with_credits
from callrouter.billing.contract_terms import (
    UTC,
    contract_terms,
    current_partner,
    current_timezone,
    had_allowances,
    timezone_at_arrival,
)
from callrouter.billing.ledger import CreditWriter, lock_ledger, posting
from callrouter.billing.model import IS_CHARGE, IS_NO_CHARGE, LedgerEntry
from callrouter.billing.period import month_bounds, month_of
from callrouter.billing.pricing import CountedCall, allowances
from callrouter.calls.model import Call
from callrouter.database import Instant, Session
from callrouter.directory.versions import DirectoryCache

# A call is posted in the month of its arrival or later, never earlier.
_OF_MONTH = (
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.period >= sa.bindparam("month"),
    LedgerEntry.arrived_at >= sa.bindparam("begin", type_=Instant),
    LedgerEntry.arrived_at < sa.bindparam("end", type_=Instant),
    LedgerEntry.simulated == sa.bindparam("simulated"),
)
_CHARGES = (
    sa.select(*CALL_ENTRY_COLUMNS, LedgerEntry.arrived_at, Call.directory_version)
    .join_from(LedgerEntry, Call, Call.sid == LedgerEntry.call)
    .where(*_OF_MONTH, IS_CHARGE)
)
_OTHERS = sa.select(*CALL_ENTRY_COLUMNS).where(*_OF_MONTH, IS_NO_CHARGE)

# No zone is further from UTC than this.
_FURTHEST = timedelta(hours=26)


class PartnerMonth(NamedTuple):
    """A partner's month. A call belongs to it by its arrival in the zone that the partner had then."""

    partner: str
    month: str
    simulated: bool


class _Arrival(NamedTuple):
    """The facts of a charged call that choose its contract terms."""

    partner: str
    kind: str
    arrived_at: datetime
    directory_version: int


def apply_allowances(
    session: Session, directories: DirectoryCache, calls: Sequence[BillableCall], now: datetime
) -> None:
    """Recompute the allowances of the months of these calls. Running it again enters nothing."""
    partners = sorted({one.partner for one in calls})
    known = {PartnerMonth(*month) for month in spend_cap.months_with_spend(session, partners)}
    months = {_month(session, directories, one) for one in calls}
    with_allowances = {
        _month(session, directories, one) for one in calls if had_allowances(session, directories, one)
    }
    # A call without allowances may precede one that has some, and use them up.
    for month in sorted(with_allowances | (months & known)):
        _apply(session, directories, month, now)


def apply_allowances_of_new_terms(session: Session, directories: DirectoryCache, now: datetime) -> None:
    """Recompute the current month of each partner with allowances, after the terms have changed."""
    lock_ledger(session)
    for partner in directories.in_force(session).partners.values():
        for simulated in (False, True) if partner.has_allowances else ():
            month = PartnerMonth(partner.key, month_of(now, partner.timezone), simulated)
            _apply(session, directories, month, now)


def _month(session: Session, directories: DirectoryCache, call: BillableCall) -> PartnerMonth:
    timezone = timezone_at_arrival(session, directories, call)
    return PartnerMonth(call.partner, month_of(call.arrived_at, timezone), call.simulated)


def _apply(session: Session, directories: DirectoryCache, month: PartnerMonth, now: datetime) -> None:
    charged, counted = _counted(session, directories, month)
    found = allowances(counted)
    timezone = current_timezone(session, directories, month.partner)
    writer = CreditWriter(session, posting(session, [month.partner], now), timezone)
    for one in counted:
        writer.apply_rule(charged[one.call], found.free.get(one.call))
    partner = current_partner(session, directories, month.partner)
    spend = found.spend.get((partner and partner.currency) or "", 0)
    spend_cap.set_spend(session, month.partner, month.month, spend, simulated=month.simulated)


def _counted(
    session: Session, directories: DirectoryCache, month: PartnerMonth
) -> tuple[dict[str, ChargedCall], list[CountedCall]]:
    begin, end = month_bounds(month.month, UTC)
    values = {**month._asdict(), "begin": begin - _FURTHEST, "end": end + _FURTHEST}
    charges, others = session.execute(_CHARGES, values), session.execute(_OTHERS, values)
    rows = charges.all()
    charged = with_credits(map(CallEntry.of, rows), map(CallEntry.of, others))
    arrivals = {
        row.call: _Arrival(row.partner, row.kind, row.arrived_at, row.directory_version) for row in rows
    }
    counted = [
        _counted_call(session, directories, one, arrivals[call])
        for call, one in charged.items()
        if one.counts and _arrived_in(session, directories, month, arrivals[call])
    ]
    return charged, counted


def _arrived_in(
    session: Session, directories: DirectoryCache, month: PartnerMonth, arrival: _Arrival
) -> bool:
    """Whether the call arrived in this month, in the zone that the partner had then."""
    timezone = timezone_at_arrival(session, directories, arrival)
    return month_of(arrival.arrived_at, timezone) == month.month


def _counted_call(
    session: Session, directories: DirectoryCache, charged: ChargedCall, arrival: _Arrival
) -> CountedCall:
    charge, terms = charged.charge, contract_terms(session, directories, arrival)
    return CountedCall(
        call=charge.call,
        kind=charge.kind,
        arrived_at=arrival.arrived_at,
        price=charge.amount,
        currency=charge.currency,
        credited_manually=charged.credited_manually,
        free_calls=terms.rate.free_calls if terms.rate else 0,
        spend_cap=terms.spend_cap,
    )
