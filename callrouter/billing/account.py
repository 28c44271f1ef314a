"""A partner's account: entries as they are stored. They are only ever added, each with its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrouter.billing.model import CHARGE, CREDIT, CREDIT_REVERSAL
from callrouter.billing.period import day_of, following, posting_day
from callrouter.database import Session, selecting, sql

_COLUMNS = (
    "id",
    "entry_type",
    "partner",
    "call",
    "kind",
    "amount",
    "currency",
    "day",
    "reverses",
    "rule",
    "person",
    "simulated",
)
SIGNED_AMOUNT = (
    "CASE WHEN ledger_entry.entry_type IN ('credit', 'payment') THEN -ledger_entry.amount ELSE"
    " ledger_entry.amount END"
)
"""What an entry adds to what the partner owes, in SQL."""
_LAST_CLOSED = sql(
    "SELECT partner, simulated, MAX(period) FROM closed_month WHERE partner = ANY(:partners)"
    " GROUP BY partner, simulated"
)
_ADD_CHARGE = sql(
    "INSERT INTO ledger_entry (entry_type, partner, call, center, helpline, kind, amount, currency, reason,"
    " posted_at, day,"
    " period, caller_match, arrived_at, simulated) VALUES ('charge', :partner, :call, :center, :helpline, :kind,"
    " :amount, :currency, :reason, :posted_at, :day, :period, :caller_match, :arrived_at, :simulated)"
    " ON CONFLICT (call) WHERE entry_type = 'charge' DO NOTHING"
)
_TAKE_BACK = sql(
    "INSERT INTO ledger_entry (entry_type, partner, call, center, helpline, kind, amount, currency, reverses,"
    " rule, reason,"
    " person, posted_at, day, period, caller_match, arrived_at, simulated)"
    " SELECT :entry_type, partner, call, center, helpline, kind, :amount, currency, :reverses, :rule, :reason,"
    " :person, :posted_at, :day, :period, NULL, arrived_at, simulated FROM ledger_entry WHERE id = :reverses"
)


@dataclass(frozen=True, slots=True)
class Entry:
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


_CHARGES = selecting(Entry.__slots__, "FROM ledger_entry WHERE call = ANY(:calls) AND entry_type = 'charge'")
_OTHERS = selecting(Entry.__slots__, "FROM ledger_entry WHERE call = ANY(:calls) AND entry_type <> 'charge'")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry is made: by a rule, or by a person."""

    reason: str
    rule: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Charged:
    """The charge of a call, with all that has been taken back of it, and of that."""

    charge: Entry
    credits: tuple[Entry, ...]
    """those that stand"""

    @property
    def left(self) -> int:
        """What the call costs by now, in whole minor units."""
        return self.charge.amount - sum(credit.amount for credit in self.credits)

    @property
    def by_hand(self) -> int:
        """What people have taken back, in whole minor units."""
        return sum(credit.amount for credit in self.credits if credit.person)

    @property
    def waived(self) -> bool:
        """Whether people have taken all of it back."""
        return self.by_hand == self.charge.amount > 0

    @property
    def by_rule(self) -> Entry | None:
        """The credit by the rules, of which one stands at a time."""
        return next((credit for credit in self.credits if credit.rule), None)


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


def posting(session: Session, partners: Iterable[str], now: datetime) -> Posting:
    """Where entries of these partners are posted now."""
    closed = session.ask(_LAST_CLOSED, partners=sorted(set(partners)))
    return Posting(now, {(partner, bool(simulated)): following(last) for partner, simulated, last in closed})


def charged_calls(session: Session, calls: Sequence[str]) -> dict[str, Charged]:
    """By call, for those of these calls that have ever been charged."""
    charges, others = session.ask_all((_CHARGES, {"calls": list(calls)}), (_OTHERS, {"calls": list(calls)}))
    return with_credits((Entry(*row) for row in charges), (Entry(*row) for row in others))


def with_credits(charges: Iterable[Entry], others: Iterable[Entry]) -> dict[str, Charged]:
    """By call: its charge, with those of the other entries that stand."""
    standing = _standing(others)
    return {charge.call: Charged(charge, tuple(standing[charge.call])) for charge in charges}


def _standing(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """By call, the credits that have not been taken back themselves."""
    known = list(entries)
    taken_back = {entry.reverses for entry in known if entry.entry_type == CREDIT_REVERSAL}
    credits: dict[str, list[Entry]] = defaultdict(list)
    for entry in known:
        if entry.entry_type == CREDIT and entry.id not in taken_back:
            credits[entry.call].append(entry)
    return credits


def add_charges(session: Session, charges: list[dict[str, Any]]) -> None:
    """Enter charges. One that is there already is not entered again."""
    session.tell_all(_ADD_CHARGE, charges)


def take_back(session: Session, entry: Entry, amount: int, cause: Cause, day: str, now: datetime) -> None:
    """Credit a charge, or enter anew what a credit took off, for this day of the partner."""
    session.tell(
        _TAKE_BACK,
        entry_type=CREDIT if entry.entry_type == CHARGE else CREDIT_REVERSAL,
        amount=amount,
        reverses=entry.id,
        rule=cause.rule,
        reason=cause.reason,
        person=cause.person,
        posted_at=now,
        day=day,
        period=day[:7],
    )
