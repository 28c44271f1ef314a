"""Charging: each accepted call becomes one entry in its partner's account, or none where it does not count.

Most calls are priced alone. A call of a caller whom the partner was charged for before, or one that was charged before
and is reported again, is priced together with all that hangs on it (`rerate.py`). Where a partner has free calls or a
spend cap, its month is looked at whole (`apply_allowances.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing import spend_cap
from callrouter.billing.apply_allowances import apply_allowances
from callrouter.billing.billable_call import BillableCall, PartnerCaller, billable_calls
from callrouter.billing.contract_terms import contract_terms
from callrouter.billing.ledger import Posting, add_charges, posting
from callrouter.billing.model import IS_CHARGE, LedgerEntry
from callrouter.billing.period import day_of
from callrouter.billing.pricing import AcceptedCall, price
from callrouter.billing.rerate import rerate
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf

_CHARGED_CALLERS = (
    sa.select(LedgerEntry.partner, LedgerEntry.caller_match, LedgerEntry.simulated)
    .where(LedgerEntry.caller_match == sa.any_(sa.bindparam("matches", type_=ARRAY(sa.Text))), IS_CHARGE)
    .distinct()
)
_CHARGED_CALLS = sa.select(
    LedgerEntry.partner, LedgerEntry.caller_match, LedgerEntry.call, LedgerEntry.simulated
).where(LedgerEntry.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))), IS_CHARGE)


def charge_calls(session: Session, directories: DirectoryShelf, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that are over. Doing it again enters nothing."""
    by_caller: dict[PartnerCaller, list[BillableCall]] = defaultdict(list)
    for one in billable_calls(session, calls):
        by_caller[one.partner_caller].append(one)
    together = _priced_together(session, by_caller, calls)
    alone = [found[0] for caller, found in by_caller.items() if caller not in together]
    where = posting(session, [one.partner for one in alone], now)
    add_charges(session, list(_charges(session, directories, alone, where)))
    rerated = rerate(session, directories, together, now, reported=calls)
    apply_allowances(session, directories, [*alone, *rerated], now)
    spend_cap.release_settled(session, calls)


def _priced_together(
    session: Session, by_caller: dict[PartnerCaller, list[BillableCall]], calls: list[str]
) -> set[PartnerCaller]:
    """Who has more than this one call, or was charged for it before."""
    matches = [caller.match for caller in by_caller if caller.match]
    callers = session.execute(_CHARGED_CALLERS, {"matches": matches})
    known = session.execute(_CHARGED_CALLS, {"calls": calls})
    together = {caller for caller, found in by_caller.items() if len(found) > 1}
    before = {PartnerCaller(row.partner, row.caller_match, None, row.simulated) for row in callers}
    again = {
        PartnerCaller.of(row.partner, row.caller_match, row.call, simulated=row.simulated) for row in known
    }
    return together | (before & by_caller.keys()) | again


def _charges(
    session: Session, directories: DirectoryShelf, calls: Iterable[BillableCall], where: Posting
) -> Iterable[dict[str, Any]]:
    for one in calls:
        terms = contract_terms(session, directories, one)
        amount = price(terms.rate, AcceptedCall(one.arrived_at, one.talk_seconds, ()))
        if amount:
            own_day = day_of(one.arrived_at, terms.timezone)
            day = where.day(one.partner, terms.timezone, own_day, simulated=one.simulated)
            yield one.charge(amount, day, where.now)
