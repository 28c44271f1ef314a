"""Recomputes every past charge from the log alone, by the same rules as billing (`billing/pricing.py`).

The rate in force at the arrival, the kind, the seconds of talk, the caller's other calls to the same partner, free
calls and spend caps, and what people have credited: nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callrouter.billing.billable_call import PartnerCaller
from callrouter.billing.charged_call import ChargedCall, with_credits
from callrouter.billing.contract_terms import UTC, ContractTerms
from callrouter.billing.model import ADJUSTMENT, CHARGE, CREDIT, CREDIT_REVERSAL, FEE, PAYMENT
from callrouter.billing.period import month_of
from callrouter.billing.pricing import (
    WAIVED,
    CallToPrice,
    CountedCall,
    Free,
    allowances,
    price_together,
)
from callrouter.blindness import findings
from callrouter.blindness.fees import check_fees, fees_not_entered
from callrouter.blindness.log_facts import LogFacts, LoggedConnection, LoggedEntry
from callrouter.money import Money

_NO_TERMS = ContractTerms(None, UTC, None)


class StaffEntry(NamedTuple):
    """A credit, reversal or adjustment that a person entered."""

    entry_type: str
    partner: str
    call: str | None
    amount: str
    reason: str
    person: str
    posted_at: str


@dataclass
class AuditedCharges:
    """What came out."""

    connections: int = 0
    charged: int = 0
    free: dict[str, int] = field(default_factory=dict)
    """connected calls that cost nothing, by rule"""
    differing: int = 0
    charges_by_amount: dict[str, int] = field(default_factory=dict)
    """how many charges, by partner, kind and amount"""
    callers_only_stated: int = 0
    """connections of callers who are forgotten: who called again is stated, and no longer proved"""
    fees: int = 0
    fees_not_entered: list[str] = field(default_factory=list)
    """monthly fees of months in which other partners have one"""
    payments: int = 0
    by_staff: list[StaffEntry] = field(default_factory=list)


def audit_charges(facts: LogFacts) -> AuditedCharges:
    """Recompute the charges of every connected call in the log."""
    audited = AuditedCharges(connections=len(facts.connections))
    audited.callers_only_stated = sum(not each.is_proved for each in facts.connections.values())
    charged = _charged_calls(facts)
    expected = _expected(facts, charged)
    _check_charges(facts, charged, expected, audited)
    check_fees(facts)
    audited.fees_not_entered = fees_not_entered(facts)
    _count_entries(facts, audited)
    audited.differing = facts.found.counts[findings.CHARGE]
    return audited


class _Expected(NamedTuple):
    """What a call should cost: the price, or why nothing. `price` is that of the rate, whatever is credited."""

    connection: LoggedConnection
    result: Money | Free
    price: Money | None


def _charged_calls(facts: LogFacts) -> dict[str, ChargedCall]:
    entries = [each.entry for each in facts.entries.values()]
    charges = [each for each in entries if each.entry_type == CHARGE]
    for call, times in Counter(each.call for each in charges).items():
        facts.found.expect(times == 1, findings.CHARGE, call, f"it was charged {times} times")
    others = [each for each in entries if each.entry_type in {CREDIT, CREDIT_REVERSAL}]
    return with_credits(charges, others)


def _expected(facts: LogFacts, charged: Mapping[str, ChargedCall]) -> dict[str, _Expected]:
    """By call: what its caller's calls to that partner come to, and the partner's month."""
    by_caller: dict[PartnerCaller, list[LoggedConnection]] = defaultdict(list)
    for one in facts.connections.values():
        caller = PartnerCaller.of(one.partner, one.caller, one.call, simulated=one.simulated)
        by_caller[caller].append(one)
    found: dict[str, _Expected] = {}
    for connections in by_caller.values():
        found.update(_priced(facts, connections, charged))
    return _with_allowances(facts, found, charged)


def _priced(
    facts: LogFacts, connections: Iterable[LoggedConnection], charged: Mapping[str, ChargedCall]
) -> Iterator[tuple[str, _Expected]]:
    by_call = {one.call: one for one in connections}
    rates = {call: _terms(facts, one).rate for call, one in by_call.items()}
    priced = price_together(
        CallToPrice(
            call, one.arrived_at, one.talk_seconds, rates[call], call in charged and charged[call].waived
        )
        for call, one in by_call.items()
    )
    for call, one in by_call.items():
        rate = rates[call]
        price = Money(rate.price_minor, rate.currency) if rate else None
        yield call, _Expected(one, priced[call], price)


def _with_allowances(
    facts: LogFacts, expected: dict[str, _Expected], charged: Mapping[str, ChargedCall]
) -> dict[str, _Expected]:
    """The calls that the partner's month makes free."""
    months: dict[tuple[str, str, bool], list[CountedCall]] = defaultdict(list)
    for call, one in expected.items():
        if isinstance(one.result, Money) and call in charged:
            terms = _terms(facts, one.connection)
            month = month_of(one.connection.arrived_at, terms.timezone)
            of = one.connection.partner, month, one.connection.simulated
            months[of].append(_counted(call, one, terms, charged[call], one.result))
    free = {call: why for counted in months.values() for call, why in allowances(counted).free.items()}
    return {call: one._replace(result=free.get(call, one.result)) for call, one in expected.items()}


def _counted(
    call: str, one: _Expected, terms: ContractTerms, charged: ChargedCall, price: Money
) -> CountedCall:
    return CountedCall(
        call=call,
        kind=one.connection.kind,
        arrived_at=one.connection.arrived_at,
        price=price.minor,
        currency=price.currency,
        credited_manually=charged.credited_manually,
        free_calls=terms.rate.free_calls if terms.rate else 0,
        spend_cap=terms.spend_cap,
    )


def _terms(facts: LogFacts, one: LoggedConnection) -> ContractTerms:
    """The terms in the directory version that was in force when the call arrived."""
    version = facts.versions.get(one.directory_version)
    partner = version.directory.partners.get(one.partner) if version else None
    if partner is None:
        return _NO_TERMS
    return ContractTerms(partner.rate(one.kind, one.arrived_at), partner.timezone, partner.spend_cap_minor)


def _check_charges(
    facts: LogFacts,
    charged: Mapping[str, ChargedCall],
    expected: Mapping[str, _Expected],
    audited: AuditedCharges,
) -> None:
    amounts: Counter[str] = Counter()
    free: Counter[str] = Counter()
    for call in sorted(charged.keys() | expected.keys()):
        one, known = expected.get(call), charged.get(call)
        if known:
            audited.charged += 1
            charge = known.charge
            amounts[f"{charge.partner} {charge.kind} {Money(charge.amount, charge.currency)}"] += 1
        if one and isinstance(one.result, Free):
            free[one.result.rule] += 1
        for why in _differences(one, known, facts):
            facts.found.add(findings.CHARGE, call, why)
    audited.charges_by_amount, audited.free = dict(sorted(amounts.items())), dict(sorted(free.items()))


def _differences(one: _Expected | None, known: ChargedCall | None, facts: LogFacts) -> Iterator[str]:
    if one is None:
        yield "it was charged, and the log has no connection of it"
    elif known is None:
        if isinstance(one.result, Money):
            yield f"it costs {one.result}, and was not charged to {one.connection.partner}"
    else:
        yield from _other_facts(one, known, facts.entries[known.charge.id])
        yield from _other_cost(one, known)


def _other_facts(one: _Expected, known: ChargedCall, logged: LoggedEntry) -> Iterator[str]:
    charge, connection = known.charge, one.connection
    if (charge.partner, charge.kind) != (connection.partner, connection.kind):
        yield (
            f"{charge.partner} was charged for a {charge.kind} call, and {connection.partner} had a"
            f" {connection.kind} call"
        )
    if (logged.arrived_at, charge.simulated) != (connection.arrived_at, connection.simulated):
        yield "the charge is of another arrival than the connection"
    paid = Money(charge.amount, charge.currency)
    if one.price != paid:
        yield f"{charge.partner} was charged {paid}, and the rate in force says {one.price or 'nothing'}"


def _other_cost(one: _Expected, known: ChargedCall) -> Iterator[str]:
    rule = known.rule_credit.rule if known.rule_credit else None
    if one.result is WAIVED:
        due = None if rule is None else "nobody but people credited it"
    elif isinstance(one.result, Free):
        due = None if rule == one.result.rule else f"it is free ({one.result.rule}: {one.result.reason})"
    else:
        due = None if rule is None else f"it costs {one.result}"
    if due:
        yield f"{due}, and was credited by {f'the rule {rule}' if rule else 'no rule'}"
    elif isinstance(one.result, Free) and known.left:
        yield f"it is free, and {Money(known.left, known.charge.currency)} were left to pay"


def _count_entries(facts: LogFacts, audited: AuditedCharges) -> None:
    for logged in facts.entries.values():
        entry = logged.entry
        audited.fees += entry.entry_type == FEE
        audited.payments += entry.entry_type == PAYMENT
        if entry.person and entry.entry_type in {CREDIT, CREDIT_REVERSAL, ADJUSTMENT}:
            audited.by_staff.append(
                StaffEntry(
                    entry.entry_type,
                    entry.partner,
                    entry.call,
                    str(Money(entry.amount, entry.currency)),
                    logged.reason or "",
                    entry.person,
                    logged.posted_at,
                )
            )
