"""All that a pick and a price may depend on, each with its reason; and the words that no name in the schema may have.

`tests/blindness` holds that the statements of routing and billing read nothing else, and that every other column is
known. An audit holds that the records of a log have these columns and no others.

Source: EKRA (18 USC 220), Florida 817.505, California H&S 11831.6: a fee must not depend on insurance, admission,
revenue or the outcome of treatment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Reasons = Mapping[str, Mapping[str, str]]
"""record: column: what it is for"""

PICK_INPUTS: Reasons = {
    "decision": {
        "id": "number of the record",
        "helpline": "whose rotation it is",
        "number": "place in the order of its decisions",
        "call": "which call it is; a center is tried once on a call",
        "attempt": "which attempt of the call it is",
        "for_promise": "whether a return call is owed, which a closed center may owe",
        "decided_at": "opening hours, licenses and pauses",
        "day": "the day of the caps",
        "directory_version": "the seats with their weights, tiers, states and caps",
        "lineup": "digest of the seats that were eligible, and why the others were not",
        "state": "of the caller by area code, where a seat serves some states only",
        "language": "that the caller chose",
        "passed_over": "who was skipped for a fact of that moment, and which",
        "center": "the pick",
    },
    "decision_result": {
        "id": "number of the record",
        "helpline": "whose rotation it is",
        "number": "of the decision",
        "what": "whether it counts for credits and caps",
        "after": "the decisions that were taken before that was known",
    },
    "center_pause": {
        "id": "number of the record",
        "center": "that pauses",
        "at": "since when",
        "until": "until when",
        "reason": "missed calls, or staff",
    },
}
PRICE_INPUTS: Reasons = {
    "connection_record": {
        "id": "number of the record",
        "call": "which call it is",
        "attempt": "which attempt it is",
        "returned": "whether by a return call",
        "center": "that talked with the caller",
        "partner": "who pays",
        "kind": "listing or helpline: each has its rate",
        "dialed_number": "our number; no price depends on it",
        "arrived_at": "the rate in force, the order of calls, the month",
        "began_at": "of the attempt; no price depends on it",
        "talk_seconds": "the rate's minimum",
        "directory_version": "the rates in force",
        "simulated": "simulated calls have accounts of their own",
        "caller": "commitment: whether two calls to a partner had the same caller",
    },
    "ledger_entry": {
        "id": "number of the record",
        "entry_type": "charge, credit, credit reversal, adjustment, payment or fee",
        "partner": "whose account it is",
        "call": "what is charged",
        "center": "that talked with the caller",
        "helpline": "that the call came by",
        "kind": "of the rate",
        "amount": "the amount",
        "currency": "the currency",
        "reverses": "what a credit or reversal is about",
        "rule": "of a credit by the rules",
        "reason": "why",
        "person": "who entered it by hand",
        "posted_at": "when it was entered",
        "day": "that it counts for",
        "period": "whose invoice has it",
        "arrived_at": "of the call",
        "simulated": "simulated calls have accounts of their own",
    },
}
COLUMNS = {
    source: frozenset({"source", *columns}) for source, columns in {**PICK_INPUTS, **PRICE_INPUTS}.items()
}
DIRECTORY_KEYS = frozenset(
    [
        "partners.key",
        "partners.name",
        "partners.status",
        "partners.timezone",
        "partners.billing_email",
        "partners.monthly_ceiling",
        "partners.license.number",
        "partners.license.state",
        "partners.license.expires",
        "partners.rates.kind",
        "partners.rates.from",
        "partners.rates.price",
        "partners.rates.currency",
        "partners.rates.minimum_seconds",
        "partners.rates.repeat_days",
        "partners.rates.free_calls",
        "centers.key",
        "centers.partner",
        "centers.name",
        "centers.phone",
        "centers.timezone",
        "centers.hours",
        "centers.ring_seconds",
        "centers.screening",
        "centers.max_concurrent",
        "centers.pause_after_missed",
        "centers.languages",
        "listings.key",
        "listings.center",
        "listings.numbers",
        "listings.helpline",
        "helplines.key",
        "helplines.name",
        "helplines.numbers",
        "helplines.timezone",
        "helplines.max_wait_seconds",
        "helplines.languages",
        "helplines.seats.center",
        "helplines.seats.weight",
        "helplines.seats.tier",
        "helplines.seats.states",
        "helplines.seats.daily_cap",
        "helplines.seats.monthly_cap",
    ]
)
"""the keys of a directory document, which has the rates and the seats"""

FORBIDDEN_WORDS = frozenset(
    [
        "insurance",
        "insurances",
        "insurer",
        "insurers",
        "insured",
        "uninsured",
        "payer",
        "payers",
        "payor",
        "payors",
        "medicaid",
        "medicare",
        "policy",
        "policyholder",
        "coverage",
        "copay",
        "deductible",
        "reimbursement",
        "admission",
        "admissions",
        "admit",
        "admitted",
        "admits",
        "admittance",
        "enrolled",
        "enrollment",
        "intake",
        "census",
        "bed",
        "beds",
        "occupancy",
        "revenue",
        "revenues",
        "income",
        "commission",
        "commissions",
        "bounty",
        "bounties",
        "profit",
        "margin",
        "ltv",
        "lifetime",
        "bid",
        "bids",
        "conversion",
        "conversions",
        "converted",
        "lead",
        "leads",
        "score",
        "scores",
        "rank",
        "ranking",
        "quality",
        "outcome",
        "outcomes",
        "treatment",
        "treatments",
        "diagnosis",
        "diagnoses",
        "patient",
        "patients",
        "clinical",
        "medical",
        "health",
        "symptom",
        "symptoms",
        "substance",
        "substances",
        "drug",
        "drugs",
        "alcohol",
        "opioid",
        "detox",
        "relapse",
        "sobriety",
        "sober",
        "recovery",
        "discharge",
        "discharged",
        "therapy",
        "medication",
    ]
)
NOT_OF_TREATMENT: Mapping[str, str] = {
    "call.outcome": "how the call ended: answered, promised, unserved",
    "leg.outcome": "how the attempt ended: accepted, busy, failed, missed",
    "partner_call.outcome": "how the call ended, for figures",
    "return_call.outcome": "how the return call ended: kept, missed",
    "staff_recovery_code": "one-time codes of staff who lost their second factor",
    "staff_recovery_code.account": "whose codes these are",
    "staff_recovery_code.code_hash": "hash of such a code",
}
"""names with a forbidden word, and what they are instead"""
_WORD = re.compile(r"[a-z]+")


def forbidden_words_of(name: str) -> list[str]:
    """The forbidden words in a name such as `call.admission_date`."""
    if name in NOT_OF_TREATMENT:
        return []
    return [word for word in _WORD.findall(name.lower()) if word in FORBIDDEN_WORDS]


def keys_of(document: Any, path: str = "") -> Iterator[str]:
    """The paths of all values in a document, `partners.license.state`."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield from keys_of(value, f"{path}.{key}" if path else key)
    elif isinstance(document, list) and any(isinstance(each, Mapping | list) for each in document):
        for each in document:
            yield from keys_of(each, path)
    else:
        yield path
