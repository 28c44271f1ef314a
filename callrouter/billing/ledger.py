"""The ledger: the entries of the partners' accounts. They are only ever added, each with its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.billing.allowances import ALLOWANCE_RULES, FREE_CALL, SPEND_CAP
from callrouter.billing.model import (
    CHARGE,
    CREDIT,
    CREDIT_REVERSAL,
    IS_CHARGE,
    IS_NO_CHARGE,
    ClosedMonth,
    LedgerEntry,
)
from callrouter.billing.period import day_of, following, posting_day
from callrouter.billing.pricing import SHORT, Free
from callrouter.database import Instant, Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.events.settle import be_the_only_writer

COUNTS_NOW = "what it repeated costs nothing any more"
_WHY_REVERSED = {
    FREE_CALL: "the month's free calls are used by others",
    SPEND_CAP: "the month has room for it below its spend cap",
    SHORT: "the talk was longer than was told at first",
}


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
_LAST_CLOSED = (
    sa.select(ClosedMonth.partner, ClosedMonth.simulated, sa.func.max(ClosedMonth.period).label("period"))
    .where(ClosedMonth.partner == sa.any_(sa.bindparam("partners", type_=ARRAY(sa.Text))))
    .group_by(ClosedMonth.partner, ClosedMonth.simulated)
)
_CHARGE_COLUMNS = (
    "entry_type",
    "partner",
    "call",
    "center",
    "helpline",
    "kind",
    "amount",
    "currency",
    "reason",
    "posted_at",
    "day",
    "period",
    "caller_match",
    "arrived_at",
    "simulated",
)
_ADD_CHARGES = insert_rows(LedgerEntry, _CHARGE_COLUMNS).on_conflict_do_nothing(
    index_elements=["call"], index_where=IS_CHARGE
)
# An entry that reverses another is about the same call, and has these values of its own.
_OWN_VALUES: dict[str, sa.SQLColumnExpression[Any]] = {
    "entry_type": sa.bindparam("entry_type", type_=sa.Text),
    "amount": sa.bindparam("amount", type_=sa.BigInteger),
    "reverses": LedgerEntry.id,
    "rule": sa.bindparam("rule", type_=sa.Text),
    "reason": sa.bindparam("reason", type_=sa.Text),
    "person": sa.bindparam("person", type_=sa.Text),
    "posted_at": sa.bindparam("posted_at", type_=Instant),
    "day": sa.bindparam("day", type_=sa.Text),
    "period": sa.bindparam("period", type_=sa.Text),
}
_SAME_VALUES: dict[str, sa.SQLColumnExpression[Any]] = {
    column.key: column
    for column in (
        LedgerEntry.partner,
        LedgerEntry.call,
        LedgerEntry.center,
        LedgerEntry.helpline,
        LedgerEntry.kind,
        LedgerEntry.currency,
        LedgerEntry.arrived_at,
        LedgerEntry.simulated,
    )
}
_REVERSE = sa.insert(LedgerEntry).from_select(
    [*_OWN_VALUES, *_SAME_VALUES],
    sa.select(*_OWN_VALUES.values(), *_SAME_VALUES.values()).where(
        LedgerEntry.id == sa.bindparam("reversed")
    ),
)


@dataclass(frozen=True, slots=True)
class EntryCause:
    """Why an entry is made: by a rule, or by a person."""

    reason: str
    rule: str | None = None
    person: str | None = None


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


@dataclass(frozen=True, slots=True)
class Posting:
    """Where entries are posted at a moment, by which months are closed already."""

    now: datetime
    open_from: Mapping[tuple[str, bool], str]
    """(partner, whether it is simulated): its first month that is open, where one is closed"""

    def day(self, partner: str, timezone: str, own_day: str | None, *, simulated: bool) -> str:
        """The partner's day that an entry counts for."""
        open_from = self.open_from.get((partner, simulated), "")
        return posting_day(own_day, day_of(self.now, timezone), open_from)


def lock_ledger(session: Session) -> None:
    """Wait until nobody else writes the ledger, and keep others from it until this transaction ends.

    It is the settler's lock: whoever settles calls writes the ledger too. Whoever takes row locks of calls, promises
    or invoices besides, takes this one first.
    """
    be_the_only_writer(session)


def posting(session: Session, partners: Iterable[str], now: datetime) -> Posting:
    """Where entries of these partners are posted now."""
    closed = session.execute(_LAST_CLOSED, {"partners": sorted(set(partners))})
    return Posting(now, {(row.partner, row.simulated): following(row.period) for row in closed})


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


def add_charges(session: Session, charges: Sequence[Mapping[str, Any]]) -> None:
    """Enter charges. One that is there already is not entered again."""
    if charges:
        session.execute(_ADD_CHARGES, arrays(_CHARGE_COLUMNS, charges))


@dataclass(frozen=True, slots=True)
class CreditWriter:
    """Enters what is credited of a partner's charges, and what of that is reversed, at a moment."""

    session: Session
    posting: Posting
    timezone: str
    """of the partner, now"""

    def apply_rule(self, charged: ChargedCall, free: Free | None) -> None:
        """Let a charge be credited by this rule, or by none, whatever it was before."""
        current = charged.rule_credit
        if (current.rule if current else None) == (free.rule if free else None):
            return
        if current:
            why = _WHY_REVERSED.get(current.rule or "", COUNTS_NOW)
            self.reverse(charged, current, current.amount, EntryCause(why))
        left = charged.charge.amount - charged.credited_manually
        # Of nothing nothing is credited, and yet the credit says that the call does not count.
        if free and (left or not charged.charge.amount):
            self.reverse(charged, charged.charge, left, EntryCause(free.reason, free.rule))

    def reverse(self, charged: ChargedCall, entry: CallEntry, amount: int, cause: EntryCause) -> None:
        """Credit the charge, or reverse a credit; it counts for the day of the charge, as long as its month is open."""
        charge = charged.charge
        day = self.posting.day(charge.partner, self.timezone, charge.day, simulated=charge.simulated)
        values = {
            "entry_type": CREDIT if entry.entry_type == CHARGE else CREDIT_REVERSAL,
            "amount": amount,
            "reversed": entry.id,
            "rule": cause.rule,
            "reason": cause.reason,
            "person": cause.person,
            "posted_at": self.posting.now,
            "day": day,
            "period": day[:7],
        }
        self.session.execute(_REVERSE, values)
