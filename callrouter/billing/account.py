"""A partner's account: entries as they are stored. They are only ever added, each with its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from callrouter.billing.model import CHARGE, CREDIT, RECHARGE
from callrouter.database import Session, selecting, sql

_COLUMNS = ("id", "entry", "partner", "call", "kind", "amount", "currency", "takes_back", "person")
_CHARGES = selecting(_COLUMNS, "FROM entry WHERE AMONG(call, :calls) AND entry = 'charge'")
_OTHERS = selecting(_COLUMNS, "FROM entry WHERE AMONG(call, :calls) AND entry <> 'charge'")
_ADD_CHARGE = sql(
    "INSERT INTO entry (entry, partner, call, kind, amount, currency, posted_at, period, caller_match,"
    " arrived_at, simulated) VALUES ('charge', :partner, :call, :kind, :amount, :currency, :posted_at,"
    " :period, :caller_match, :arrived_at, :simulated) ON CONFLICT (call) WHERE entry = 'charge' DO NOTHING"
)
_TAKE_BACK = sql(
    "INSERT INTO entry (entry, partner, call, kind, amount, currency, takes_back, reason, person, posted_at, period,"
    " caller_match, arrived_at, simulated)"
    " SELECT :entry, partner, call, kind, :amount, currency, :takes_back, :reason, :person, :posted_at, :period,"
    " NULL, arrived_at, simulated FROM entry WHERE id = :takes_back"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, as far as what it means for its call."""

    id: int
    entry: str
    partner: str
    call: str
    kind: str
    amount: int
    """whole minor units"""
    currency: str
    takes_back: int | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry is made, and when."""

    reason: str
    at: datetime
    period: str
    """the partner's month of that moment"""
    person: str | None = None
    """who makes it by hand; None: the rules do"""


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
    def waived(self) -> bool:
        """Whether people have taken all of it back."""
        by_hand = sum(credit.amount for credit in self.credits if credit.person)
        return by_hand == self.charge.amount > 0


def charged_calls(session: Session, calls: Sequence[str]) -> dict[str, Charged]:
    """By call, for those of these calls that have ever been charged."""
    charges, others = session.ask_all((_CHARGES, {"calls": list(calls)}), (_OTHERS, {"calls": list(calls)}))
    standing = _standing(Entry(*row) for row in others)
    entries = [Entry(*row) for row in charges]
    return {charge.call: Charged(charge, tuple(standing[charge.call])) for charge in entries}


def _standing(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """By call, the credits that have not been taken back themselves."""
    known = list(entries)
    taken_back = {entry.takes_back for entry in known if entry.entry == RECHARGE}
    credits: dict[str, list[Entry]] = defaultdict(list)
    for entry in known:
        if entry.entry == CREDIT and entry.id not in taken_back:
            credits[entry.call].append(entry)
    return credits


def add_charges(session: Session, charges: list[dict[str, Any]]) -> None:
    """Enter charges. One that is there already is not entered again."""
    session.tell_all(_ADD_CHARGE, charges)


def take_back(session: Session, entry: Entry, amount: int, cause: Cause) -> None:
    """Credit a charge, or enter anew what a credit took off."""
    session.tell(
        _TAKE_BACK,
        entry=CREDIT if entry.entry == CHARGE else RECHARGE,
        amount=amount,
        takes_back=entry.id,
        reason=cause.reason,
        person=cause.person,
        posted_at=cause.at,
        period=cause.period,
    )


@lru_cache(maxsize=256)
def month(moment: datetime, timezone: str) -> str:
    """`2026-11`, where it is that month."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m")
