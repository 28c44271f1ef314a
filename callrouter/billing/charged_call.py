"""Charged calls: the charge of a call, and what has been credited of it since."""

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
    """An entry about a call, as far as what it means for it."""

    id: int
    entry_type: str
    partner: str
    call: str
    kind: str
    amount: int
    """whole minor units"""
    currency: str
    day: str
    """of its partner, which it counts for"""
    reverses: int | None
    rule: str | None
    """of a credit by the rules"""
    person: str | None
    simulated: bool

    @classmethod
    def of(cls, row: Any) -> CallEntry:
        """From a row that has CALL_ENTRY_COLUMNS among others."""
        return cls(*(getattr(row, name) for name in cls.__slots__))


CALL_ENTRY_COLUMNS = tuple(getattr(LedgerEntry, name) for name in CallEntry.__slots__)
_OF_CALLS = LedgerEntry.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text)))
_CHARGES = sa.select(*CALL_ENTRY_COLUMNS).where(_OF_CALLS, IS_CHARGE)
_OTHERS = sa.select(*CALL_ENTRY_COLUMNS).where(_OF_CALLS, IS_NO_CHARGE)


@dataclass(frozen=True)
class ChargedCall:
    """The charge of a call, with all that has been credited of it."""

    charge: CallEntry
    credits: tuple[CallEntry, ...]
    """those that have not been reversed"""

    @property
    def left(self) -> int:
        """What the call costs by now, in whole minor units."""
        return self.charge.amount - sum(credit.amount for credit in self.credits)

    @property
    def credited_manually(self) -> int:
        """What people have credited, in whole minor units."""
        return sum(credit.amount for credit in self.credits if credit.person)

    @property
    def waived(self) -> bool:
        """Whether people have credited all of it."""
        return self.credited_manually == self.charge.amount > 0

    @property
    def rule_credit(self) -> CallEntry | None:
        """The credit by the rules, of which there is one at a time."""
        return next((credit for credit in self.credits if credit.rule), None)

    @property
    def counts(self) -> bool:
        """Whether the call counts: it is neither waived, nor credited by a rule about its caller's calls."""
        return not self.waived and (self.rule_credit is None or self.rule_credit.rule in ALLOWANCE_RULES)


def charged_calls(session: Session, calls: Sequence[str]) -> dict[str, ChargedCall]:
    """By call, for those of these calls that have ever been charged."""
    charges = session.execute(_CHARGES, {"calls": list(calls)})
    others = session.execute(_OTHERS, {"calls": list(calls)})
    return with_credits(map(CallEntry.of, charges), map(CallEntry.of, others))


def with_credits(charges: Iterable[CallEntry], others: Iterable[CallEntry]) -> dict[str, ChargedCall]:
    """By call: its charge, with those of the other entries that are credits and have not been reversed."""
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
