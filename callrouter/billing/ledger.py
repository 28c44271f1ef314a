"""The ledger: the entries of the partners' accounts. Entries are only added, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.billing.charged_call import CallEntry, ChargedCall
from callrouter.billing.model import (
    CHARGE,
    CREDIT,
    CREDIT_REVERSAL,
    IS_CHARGE,
    ClosedMonth,
    Confirmation,
    LedgerEntry,
)
from callrouter.billing.period import day_of, next_month, posting_day
from callrouter.billing.pricing import FREE_CALL, SHORT, SPEND_CAP, Free
from callrouter.database import Instant, Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.events.settle import lock_settling

COUNTS_NOW = "what it repeated costs nothing any more"
_WHY_REVERSED = {
    FREE_CALL: "the month's free calls are used by others",
    SPEND_CAP: "the month's spend cap leaves enough for it",
    SHORT: "the talk was longer than was reported at first",
}


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
    "caller_pseudonym",
    "arrived_at",
    "simulated",
)
_ADD_CHARGES = insert_rows(LedgerEntry, _CHARGE_COLUMNS).on_conflict_do_nothing(
    index_elements=["call"], index_where=IS_CHARGE
)
# A reversing entry is about the same call. These are the values that differ.
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


_CONFIRM = (
    insert(Confirmation)
    .from_select(
        ["call", "confirmed_at"],
        sa.select(
            sa.func.unnest(sa.bindparam("calls", type_=ARRAY(sa.Text))), sa.bindparam("now", type_=Instant)
        ),
    )
    .on_conflict_do_nothing(index_elements=["call"])
)


@dataclass(frozen=True, slots=True)
class EntryCause:
    """Why an entry is made: a rule or a person."""

    reason: str
    rule: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """The day that entries count for at a moment. Closed months get no more entries."""

    now: datetime
    open_from: Mapping[tuple[str, bool], str]
    """(partner, simulated): its first open month, if a month is closed"""

    def day(self, partner: str, timezone: str, own_day: str | None, *, simulated: bool) -> str:
        """The partner's day that an entry counts for."""
        open_from = self.open_from.get((partner, simulated), "")
        return posting_day(own_day, day_of(self.now, timezone), open_from)


def lock_ledger(session: Session) -> None:
    """Lock the ledger until this transaction ends.

    The settler holds the same lock, because it writes the ledger too. Take it before row locks of calls, promises and
    invoices.
    """
    lock_settling(session)


def posting(session: Session, partners: Iterable[str], now: datetime) -> Posting:
    """Return where entries of these partners are posted now."""
    closed = session.execute(_LAST_CLOSED, {"partners": sorted(set(partners))})
    return Posting(now, {(row.partner, row.simulated): next_month(row.period) for row in closed})


def add_charges(session: Session, charges: Sequence[Mapping[str, Any]]) -> None:
    """Enter charges. A call that has a charge gets no second one."""
    if charges:
        session.execute(_ADD_CHARGES, arrays(_CHARGE_COLUMNS, charges))


def confirm_charges(session: Session, calls: Sequence[str], now: datetime) -> None:
    """Store that the carrier's CDRs agree with these calls. Running it again changes nothing."""
    session.execute(_CONFIRM, {"calls": list(calls), "now": now})


@dataclass(frozen=True, slots=True)
class CreditWriter:
    """Enters credits and credit reversals of one partner at a moment."""

    session: Session
    posting: Posting
    timezone: str
    """the partner's zone now"""

    def apply_rule(self, charged: ChargedCall, free: Free | None) -> None:
        """Make this rule, or none, the reason why a charge is credited."""
        current = charged.rule_credit
        if (current.rule if current else None) == (free.rule if free else None):
            return
        if current:
            why = _WHY_REVERSED.get(current.rule or "", COUNTS_NOW)
            self.reverse(charged, current, current.amount, EntryCause(why))
        left = charged.charge.amount - charged.credited_manually
        # A credit of 0 is entered too: it says that the call does not count.
        if free and (left or not charged.charge.amount):
            self.reverse(charged, charged.charge, left, EntryCause(free.reason, free.rule))

    def reverse(self, charged: ChargedCall, entry: CallEntry, amount: int, cause: EntryCause) -> None:
        """Credit a charge, or reverse a credit. It counts for the charge's day if that month is still open."""
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


_OF_PARTNER = (
    ClosedMonth.partner == sa.bindparam("partner"),
    ClosedMonth.simulated == sa.bindparam("simulated"),
)
_IS_CLOSED = sa.select(ClosedMonth.period).where(*_OF_PARTNER, ClosedMonth.period == sa.bindparam("period"))
_CLOSE = sa.insert(ClosedMonth)
LAST_CLOSED = sa.select(sa.func.max(ClosedMonth.period)).where(*_OF_PARTNER)
"""the last closed month of a `partner`, real or `simulated`; None if none is closed"""


def is_closed(session: Session, partner: str, period: str, *, simulated: bool) -> bool:
    """Whether a partner's month is closed."""
    of_month = {"partner": partner, "simulated": simulated, "period": period}
    return session.execute(_IS_CLOSED, of_month).first() is not None


def close_period(
    session: Session, partner: str, period: str, person: str, now: datetime, *, simulated: bool
) -> None:
    """Close a partner's month. The database refuses it if an entry of the month is on no invoice."""
    session.execute(
        _CLOSE,
        {"partner": partner, "simulated": simulated, "period": period, "closed_at": now, "person": person},
    )
