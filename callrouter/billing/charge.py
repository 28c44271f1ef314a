"""Charges calls: enters the price of each billable call in its partner's ledger.

Most calls are priced alone. Calls of one caller to one partner are priced together: the first call is charged and its
repeats are free, so a call that is reported late can change the price of others. Then existing entries stay as they
are: a charge that no longer holds is credited, a credit that no longer holds is reversed, and a call that has become
the first is charged. Free calls and spend caps are applied to the partner's whole month (`allowances.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing import spend_cap
from callrouter.billing.allowances import apply_allowances
from callrouter.billing.billable_call import (
    BillableCall,
    PartnerCaller,
    billable_calls,
    billable_calls_of_callers,
)
from callrouter.billing.charged_call import ChargedCall, charged_calls
from callrouter.billing.contract_terms import contract_terms, current_timezone
from callrouter.billing.ledger import COUNTS_NOW, CreditWriter, Posting, add_charges, posting
from callrouter.billing.model import IS_CHARGE, LedgerEntry
from callrouter.billing.period import day_of
from callrouter.billing.pricing import (
    ALLOWANCE_RULES,
    WAIVED,
    AcceptedCall,
    CallToPrice,
    Free,
    price,
    price_together,
)
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.money import Money

_CHARGED_CALLERS = (
    sa.select(LedgerEntry.partner, LedgerEntry.caller_pseudonym, LedgerEntry.simulated)
    .where(LedgerEntry.caller_pseudonym == sa.any_(sa.bindparam("matches", type_=ARRAY(sa.Text))), IS_CHARGE)
    .distinct()
)
_CHARGED_CALLS = sa.select(
    LedgerEntry.partner, LedgerEntry.caller_pseudonym, LedgerEntry.call, LedgerEntry.simulated
).where(LedgerEntry.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))), IS_CHARGE)


def charge_calls(session: Session, directories: DirectoryCache, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that have ended. Running it again enters nothing."""
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
    """The callers with more than this one call, or with an earlier charge."""
    matches = [caller.match for caller in by_caller if caller.match]
    callers = session.execute(_CHARGED_CALLERS, {"matches": matches})
    known = session.execute(_CHARGED_CALLS, {"calls": calls})
    together = {caller for caller, found in by_caller.items() if len(found) > 1}
    before = {PartnerCaller(row.partner, row.caller_pseudonym, None, row.simulated) for row in callers}
    again = {
        PartnerCaller.of(row.partner, row.caller_pseudonym, row.call, simulated=row.simulated)
        for row in known
    }
    return together | (before & by_caller.keys()) | again


def _charges(
    session: Session, directories: DirectoryCache, calls: Iterable[BillableCall], where: Posting
) -> Iterable[dict[str, Any]]:
    for one in calls:
        terms = contract_terms(session, directories, one)
        amount = price(terms.rate, AcceptedCall(one.arrived_at, one.talk_seconds, ()))
        if amount:
            own_day = day_of(one.arrived_at, terms.timezone)
            day = where.day(one.partner, terms.timezone, own_day, simulated=one.simulated)
            yield one.charge(amount, day, where.now)


NO_TALK = Free("no talk", "the carrier knows of no talk")

_CHARGED_CALLS_OF_CALLER = sa.select(LedgerEntry.call).where(
    LedgerEntry.caller_pseudonym == sa.bindparam("match"),
    LedgerEntry.partner == sa.bindparam("partner"),
    LedgerEntry.simulated == sa.bindparam("simulated"),
    IS_CHARGE,
)


def rerate(
    session: Session,
    directories: DirectoryCache,
    callers: Collection[PartnerCaller],
    now: datetime,
    reported: Collection[str] = (),
) -> list[BillableCall]:
    """Price all calls of these callers again and enter the differences. Returns the calls that were priced.

    `reported` are the calls whose end is being reported. Any other call that is charged now was free until now.
    Running it again enters nothing.
    """
    if not callers:
        return []
    calls = _billable_calls(session, callers)
    where = posting(session, [caller.partner for caller in callers], now)
    for caller in sorted(callers, key=str):
        _rerate(session, directories, caller, calls.get(caller, []), where, reported)
    return [one for caller in callers for one in calls.get(caller, [])]


def _billable_calls(
    session: Session, callers: Collection[PartnerCaller]
) -> dict[PartnerCaller, list[BillableCall]]:
    found: dict[PartnerCaller, list[BillableCall]] = defaultdict(list)
    of_callers = billable_calls_of_callers(session, [caller.match for caller in callers if caller.match])
    for one in of_callers + billable_calls(session, [caller.call for caller in callers if caller.call]):
        found[one.partner_caller].append(one)
    return found


def _rerate(
    session: Session,
    directories: DirectoryCache,
    caller: PartnerCaller,
    calls: list[BillableCall],
    where: Posting,
    reported: Collection[str],
) -> None:
    by_call = {one.call: one for one in calls}
    charged = charged_calls(session, [*by_call, *_charged_before(session, caller)])
    priced = price_together(_to_price(session, directories, calls, charged))
    writer = CreditWriter(session, where, current_timezone(session, directories, caller.partner))
    for call in sorted(charged.keys() | by_call.keys()):
        result = priced.get(call, NO_TALK)
        if call in charged:
            _correct(writer, charged[call], result)
        elif isinstance(result, Money):
            reason = None if call in reported else COUNTS_NOW
            _charge(writer, directories, by_call[call], result, reason)


def _charged_before(session: Session, caller: PartnerCaller) -> list[str]:
    """The calls that have a charge, even if no talk is known of them any more."""
    if caller.call:
        return [caller.call]
    values = {"match": caller.match, "partner": caller.partner, "simulated": caller.simulated}
    return list(session.execute(_CHARGED_CALLS_OF_CALLER, values).scalars())


def _to_price(
    session: Session,
    directories: DirectoryCache,
    calls: Iterable[BillableCall],
    charged: dict[str, ChargedCall],
) -> Iterable[CallToPrice]:
    for one in calls:
        rate = contract_terms(session, directories, one).rate
        waived = one.call in charged and charged[one.call].waived
        yield CallToPrice(one.call, one.arrived_at, one.talk_seconds, rate, waived)


def _correct(writer: CreditWriter, charged: ChargedCall, result: Money | Free) -> None:
    """Make a charge match its new price. Allowances are applied later, to the whole month."""
    if isinstance(result, Free) and result is not WAIVED:
        writer.apply_rule(charged, result)
    elif charged.rule_credit and charged.rule_credit.rule not in ALLOWANCE_RULES:
        writer.apply_rule(charged, None)


def _charge(
    writer: CreditWriter, directories: DirectoryCache, one: BillableCall, price: Money, reason: str | None
) -> None:
    timezone = contract_terms(writer.session, directories, one).timezone
    own_day = day_of(one.arrived_at, timezone)
    day = writer.posting.day(one.partner, timezone, own_day, simulated=one.simulated)
    add_charges(writer.session, [one.charge(price, day, writer.posting.now, reason)])
