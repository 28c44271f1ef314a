"""Charged calls: the charge of a call, and its credits so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.model import CREDIT, CREDIT_REVERSAL, IS_CHARGE, IS_NO_CHARGE, LedgerEntry
from callrouter.billing.pricing import ALLOWANCE_RULES
from callrouter.database import Session


@dataclass(frozen=True, slots=True)
class CallEntry:
    """The columns of a ledger entry that matter for its call."""

    id: int
    entry_type: str
    partner: str
    call: str
    kind: str
    amount: int
    """whole minor units"""
    currency: str
    day: str
    """the partner's day that it counts for"""
    reverses: int | None
    rule: str | None
    """the rule of a credit that was not entered by a person"""
    person: str | None
    simulated: bool

    @classmethod
    def of(cls, row: Any) -> CallEntry:
        """Convert a row that has CALL_ENTRY_COLUMNS among its columns."""
        return cls(*(getattr(row, name) for name in cls.__slots__))


CALL_ENTRY_COLUMNS = tuple(getattr(LedgerEntry, name) for name in CallEntry.__slots__)
_OF_CALLS = LedgerEntry.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text)))
_CHARGES = sa.select(*CALL_ENTRY_COLUMNS).where(_OF_CALLS, IS_CHARGE)
_OTHERS = sa.select(*CALL_ENTRY_COLUMNS).where(_OF_CALLS, IS_NO_CHARGE)


@dataclass(frozen=True)
class ChargedCall:
    """The charge of a call with all of its credits."""

    charge: CallEntry
    credits: tuple[CallEntry, ...]
    """without those that were reversed"""

    @property
    def left(self) -> int:
        """What the call costs after its credits, in whole minor units."""
        return self.charge.amount - sum(credit.amount for credit in self.credits)

    @property
    def credited_manually(self) -> int:
        """What people have credited, in whole minor units."""
        return sum(credit.amount for credit in self.credits if credit.person)

    @property
    def waived(self) -> bool:
        """Whether people have credited the whole charge."""
        return self.credited_manually == self.charge.amount > 0

    @property
    def rule_credit(self) -> CallEntry | None:
        """The credit by a rule. A call has one at most."""
        return next((credit for credit in self.credits if credit.rule), None)

    @property
    def counts(self) -> bool:
        """Whether the call counts: it is not waived, and no rule about the caller's other calls makes it free."""
        return not self.waived and (self.rule_credit is None or self.rule_credit.rule in ALLOWANCE_RULES)


def charged_calls(session: Session, calls: Sequence[str]) -> dict[str, ChargedCall]:
    """Return the charged calls among these, by CallSid."""
    charges = session.execute(_CHARGES, {"calls": list(calls)})
    others = session.execute(_OTHERS, {"calls": list(calls)})
    return with_credits(map(CallEntry.of, charges), map(CallEntry.of, others))


def with_credits(charges: Iterable[CallEntry], others: Iterable[CallEntry]) -> dict[str, ChargedCall]:
    """Combine charges with their credits, by CallSid. Reversed credits are left out."""
    credits = _not_reversed(others)
    return {charge.call: ChargedCall(charge, tuple(credits[charge.call])) for charge in charges}


def _not_reversed(entries: Iterable[CallEntry]) -> Mapping[str, list[CallEntry]]:
    known = list(entries)
    reversed_ids = {entry.reverses for entry in known if entry.entry_type == CREDIT_REVERSAL}
    credits: dict[str, list[CallEntry]] = defaultdict(list)
    for entry in known:
        if entry.entry_type == CREDIT and entry.id not in reversed_ids:
            credits[entry.call].append(entry)
    return credits
