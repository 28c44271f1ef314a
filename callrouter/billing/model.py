"""Tables of the partners' accounts: the ledger, to which entries are only added; the months that are closed to it;
which charges the carrier's records confirm; and what spend caps count.

The triggers of `migrations/first_schema/account_guards.py` guard the ledger: no entry is changed or deleted, a credit
reverses a charge of its own call and no more than it has left, and none is added to a month that is closed, or before
one.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows

CHARGE = "charge"
CREDIT = "credit"
CREDIT_REVERSAL = "credit_reversal"
ADJUSTMENT = "adjustment"
PAYMENT = "payment"
FEE = "fee"

A_CHARGE = "entry_type = 'charge'"


class LedgerEntry(Base):
    """A charge, credit, credit reversal, adjustment, payment or fee in a partner's account. Append only."""

    __tablename__ = "ledger_entry"
    __grants__ = Grants(insert=True)
    # All but the pseudonym, which tells a caller's calls apart.
    __partner_rows__ = PartnerRows(
        f"partner = {CURRENT_PARTNER}",
        "id entry_type partner call center helpline kind amount currency reverses rule reason "
        "person posted_at day period arrived_at simulated",
    )
    __table_args__ = (
        sa.CheckConstraint("amount >= 0 OR entry_type = 'adjustment'", name="not_negative"),
        sa.CheckConstraint(
            "entry_type IN ('charge', 'credit', 'credit_reversal', 'adjustment', 'payment', 'fee')",
            name="entry_type",
        ),
        sa.CheckConstraint(
            "(entry_type IN ('credit', 'credit_reversal')) = (reverses IS NOT NULL)", name="reverses"
        ),
        sa.CheckConstraint(
            "(entry_type IN ('charge', 'credit', 'credit_reversal'))"
            " = (call IS NOT NULL AND arrived_at IS NOT NULL)",
            name="about_a_call",
        ),
        sa.CheckConstraint("entry_type IN ('charge', 'fee') OR reason IS NOT NULL", name="reason"),
        sa.CheckConstraint(
            "entry_type NOT IN ('adjustment', 'payment') OR person IS NOT NULL", name="person"
        ),
        sa.CheckConstraint("(entry_type = 'credit' AND person IS NULL) = (rule IS NOT NULL)", name="rule"),
        sa.CheckConstraint("period = substr(day, 1, 7)", name="day"),
        sa.Index("ix_ledger_entry_repeat", "caller_pseudonym", "partner", postgresql_where=sa.text(A_CHARGE)),
        # A call is charged once.
        sa.Index("uq_ledger_entry_charge", "call", unique=True, postgresql_where=sa.text(A_CHARGE)),
        # Other entries are few. A credit is reversed once.
        sa.Index("ix_ledger_entry_not_a_charge", "call", postgresql_where=sa.text("entry_type <> 'charge'")),
        sa.Index(
            "uq_ledger_entry_credit_reversal",
            "reverses",
            unique=True,
            postgresql_where=sa.text("entry_type = 'credit_reversal'"),
        ),
        # A fee is owed once a month.
        sa.Index(
            "uq_ledger_entry_fee",
            "partner",
            "period",
            "simulated",
            unique=True,
            postgresql_where=sa.text("entry_type = 'fee'"),
        ),
        # For balances: charges are in the totals of days, and these are added up from the index alone.
        sa.Index(
            "ix_ledger_entry_account",
            "partner",
            "currency",
            "simulated",
            "entry_type",
            postgresql_include=["amount", "day"],
            postgresql_where=sa.text("entry_type <> 'charge'"),
        ),
        # What somebody has entered, the newest first.
        sa.Index(
            "ix_ledger_entry_by_person",
            "posted_at",
            postgresql_where=sa.text("person IS NOT NULL AND entry_type <> 'charge'"),
        ),
        # For a partner's month: its invoice, its allowances and its spend cap.
        sa.Index("ix_ledger_entry_period", "partner", "period", "id"),
        {"comment": "append only"},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    entry_type: Mapped[str] = mapped_column(
        comment="`charge`, `credit`, `credit_reversal`, `adjustment`, `payment` or `fee`"
    )
    partner: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("partner.key"))
    call: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("call.sid"), comment="what is charged; a fee has none"
    )
    center: Mapped[str | None] = mapped_column(comment="that talked with the caller")
    helpline: Mapped[str | None] = mapped_column(comment="that the caller had dialled, or asked for")
    kind: Mapped[str] = mapped_column(comment="`helpline`, `listing`, `monthly`, `adjustment` or `payment`")
    amount: Mapped[int] = mapped_column(
        sa.BigInteger,
        comment="whole minor units; a credit and a payment take it off, an adjustment has its sign",
    )
    currency: Mapped[str]
    reverses: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        sa.ForeignKey("ledger_entry.id"),
        comment="a credit its charge, a credit reversal its credit",
    )
    rule: Mapped[str | None] = mapped_column(
        comment="of a credit by the rules: which one, see billing/pricing.py and billing/pricing.py"
    )
    reason: Mapped[str | None] = mapped_column(comment="why, for whoever reads the invoice")
    person: Mapped[str | None] = mapped_column(comment="who entered it by hand; empty: by the rules")
    posted_at: Mapped[datetime]
    day: Mapped[str] = mapped_column(comment="the partner's day it counts for, `2026-11-24`")
    period: Mapped[str] = mapped_column(comment="the month of that day, whose invoice has it")
    caller_pseudonym: Mapped[str | None] = mapped_column(comment="as its call says; tells repeats")
    arrived_at: Mapped[datetime | None] = mapped_column(comment="of the call, for repeats")
    simulated: Mapped[bool]


# Literals, not parameters, so that the planner can use the partial indexes.
IS_CHARGE = LedgerEntry.entry_type == sa.literal_column("'charge'", sa.Text)
IS_NO_CHARGE = LedgerEntry.entry_type != sa.literal_column("'charge'", sa.Text)
IS_CREDIT = LedgerEntry.entry_type == sa.literal_column("'credit'", sa.Text)
IS_FEE = LedgerEntry.entry_type == sa.literal_column("'fee'", sa.Text)
IS_PAYMENT = LedgerEntry.entry_type == sa.literal_column("'payment'", sa.Text)

SIGNED_AMOUNT = sa.case((sa.or_(IS_CREDIT, IS_PAYMENT), -LedgerEntry.amount), else_=LedgerEntry.amount)
"""the amount by which an entry changes what the partner owes; `balance.signed` is the same in Python"""


class ClosedMonth(Base):
    """A month that gets no more entries. Late entries are posted in the next open month."""

    __tablename__ = "closed_month"
    __grants__ = Grants(insert=True)
    __table_args__ = {
        "comment": "months to which no entry is added any more; what comes late is posted in the next that is open"
    }

    partner: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("partner.key"), primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True, comment="`2026-11`")
    closed_at: Mapped[datetime]
    person: Mapped[str] = mapped_column(comment="who closed it")


class Confirmation(Base):
    """A charged call that the carrier's CDRs confirm. Only confirmed calls are invoiced."""

    __tablename__ = "confirmation"
    __grants__ = Grants(insert=True)
    __partner_rows__ = PartnerRows(
        "EXISTS (SELECT FROM ledger_entry AS charge"
        " WHERE charge.call = confirmation.call AND charge.entry_type = 'charge')"
    )
    __table_args__ = {
        "comment": "charged calls of which the carrier's records say the same; an invoice holds no others"
    }

    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"), primary_key=True)
    confirmed_at: Mapped[datetime]


class SpendCapLock(Base):
    """One row for each partner with a spend cap. It is locked while a seat of the partner is chosen."""

    __tablename__ = "spend_cap_lock"
    # To lock a row takes the right to update one of its columns.
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {
        "comment": "one row a partner with a spend cap, locked by whoever looks for what is left to ring a seat"
    }

    partner: Mapped[str] = mapped_column(primary_key=True)


class Reservation(Base):
    """What a leg or return call may cost. It exists until the call is settled, for partners with a spend cap."""

    __tablename__ = "reservation"
    __grants__ = Grants(insert=True, update=True, delete=True)
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="something"),
        sa.Index("ix_reservation_partner", "partner", "month"),
        {"comment": "legs of partners with a spend cap that are being tried, or are not settled yet"},
    )

    call: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="of the attempt")
    partner: Mapped[str]
    month: Mapped[str] = mapped_column(comment="the partner's own, of the call's arrival: `2026-11`")
    simulated: Mapped[bool]
    amount: Mapped[int] = mapped_column(sa.BigInteger, comment="whole minor units that it may cost")


class Spend(Base):
    """The sum of a partner's calls in a month, for its spend cap. It is derived from the ledger."""

    __tablename__ = "spend"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {"comment": "what the calls of a month come to, for spend caps; the ledger is the truth"}

    partner: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(
        primary_key=True, comment="the partner's own, of the calls' arrival: `2026-11`"
    )
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger, comment="charges less credits, whole minor units")
