"""Tables of the partners' accounts: entries, which are only ever added; the months that are closed to them; and which
charges the carrier's books confirm.

What guards them stands in the migrations `0005`, `0007` and `0012`: no entry is changed or deleted, a credit takes back
a charge of its own call and no more than it has left, and none is added to a month that is closed, or before one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callrouter.database import Instant, metadata

CHARGE = "charge"
CREDIT = "credit"
RECHARGE = "recharge"
ADJUSTMENT = "adjustment"
PAYMENT = "payment"
FEE = "fee"


entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column(
        "entry",
        sa.Text,
        nullable=False,
        comment="`charge`, `credit`, `recharge`, `adjustment`, `payment` or `fee`",
    ),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), comment="what is charged; a fee has none"),
    sa.Column("center", sa.Text, comment="that talked with the caller"),
    sa.Column("helpline", sa.Text, comment="that the caller had dialled, or asked for"),
    sa.Column(
        "kind", sa.Text, nullable=False, comment="`helpline`, `listing`, `monthly`, `adjustment` or `payment`"
    ),
    sa.Column(
        "amount",
        sa.BigInteger,
        nullable=False,
        comment="whole minor units; a credit and a payment take it off, an adjustment has its sign",
    ),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column(
        "takes_back",
        sa.BigInteger,
        sa.ForeignKey("entry.id"),
        comment="a credit its charge, a recharge its credit",
    ),
    sa.Column("rule", sa.Text, comment="of a credit by the rules: which one, see billing/rating.py"),
    sa.Column("reason", sa.Text, comment="why, for whoever reads the invoice"),
    sa.Column("person", sa.Text, comment="who entered it by hand; empty: by the rules"),
    sa.Column("posted_at", Instant, nullable=False),
    sa.Column("day", sa.Text, nullable=False, comment="the partner's day it counts for, `2026-11-24`"),
    sa.Column("period", sa.Text, nullable=False, comment="the month of that day, whose invoice has it"),
    sa.Column(
        "caller_match",
        sa.Text,
        comment="tells repeats, not numbers; of a caller who is forgotten, a random name",
    ),
    sa.Column("arrived_at", Instant, comment="of the call, for repeats"),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.CheckConstraint("amount >= 0 OR entry = 'adjustment'", name="not_negative"),
    sa.CheckConstraint(
        "entry IN ('charge', 'credit', 'recharge', 'adjustment', 'payment', 'fee')", name="entry"
    ),
    sa.CheckConstraint("(entry IN ('credit', 'recharge')) = (takes_back IS NOT NULL)", name="takes_back"),
    sa.CheckConstraint(
        "(entry IN ('charge', 'credit', 'recharge')) = (call IS NOT NULL AND arrived_at IS NOT NULL)",
        name="about_a_call",
    ),
    sa.CheckConstraint("entry IN ('charge', 'fee') OR reason IS NOT NULL", name="reason"),
    sa.CheckConstraint("entry NOT IN ('adjustment', 'payment') OR person IS NOT NULL", name="person"),
    sa.CheckConstraint("(entry = 'credit' AND person IS NULL) = (rule IS NOT NULL)", name="rule"),
    sa.CheckConstraint("period = substr(day, 1, 7)", name="day"),
    comment="append only",
)

closed_month = sa.Table(
    "closed_month",
    metadata,
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), primary_key=True),
    sa.Column("simulated", sa.Boolean, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True, comment="`2026-11`"),
    sa.Column("closed_at", Instant, nullable=False),
    sa.Column("person", sa.Text, nullable=False, comment="who closed it"),
    comment="months to which no entry is added any more; what comes late is posted in the next that is open",
)

confirmation = sa.Table(
    "confirmation",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), primary_key=True),
    sa.Column("confirmed_at", Instant, nullable=False),
    comment="charged calls of which the carrier's books say the same; an invoice holds no others",
)


def _where(condition: str) -> dict[str, Any]:
    """An index of only these rows, as each database wants to hear it."""
    return {"postgresql_where": sa.text(condition)}


A_CHARGE = "entry = 'charge'"
sa.Index("ix_entry_repeat", entry.c.caller_match, entry.c.partner, **_where(A_CHARGE))
# One charge a call, of whatever kind, and whatever comes twice.
sa.Index("uq_entry_charge", entry.c.call, unique=True, **_where(A_CHARGE))
# The others are few. A credit is taken back once.
sa.Index("ix_entry_taken_back", entry.c.call, **_where("entry <> 'charge'"))
sa.Index("uq_entry_recharge", entry.c.takes_back, unique=True, **_where("entry = 'recharge'"))
# A fee is owed once a month.
sa.Index(
    "uq_entry_fee", entry.c.partner, entry.c.period, entry.c.simulated, unique=True, **_where("entry = 'fee'")
)
# A month of a partner: its invoice, and what its allowance and its ceiling leave.
sa.Index("ix_entry_period", entry.c.partner, entry.c.period, entry.c.id)
