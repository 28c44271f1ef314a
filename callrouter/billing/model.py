"""Tables of the partners' accounts: entries, which are only ever added, and which of them the carrier's books confirm.

What guards them stands in the migration `0005`: no entry is changed or deleted, and no credit takes back more than its
charge has left.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callrouter.database import Instant, metadata

CHARGE = "charge"
CREDIT = "credit"
RECHARGE = "recharge"

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("entry", sa.Text, nullable=False, comment="`charge`, `credit` or `recharge`"),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="`helpline` or `listing`"),
    sa.Column("amount", sa.BigInteger, nullable=False, comment="whole minor units; a credit takes it off"),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column(
        "takes_back",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("entry.id"),
        comment="a credit its charge, a recharge its credit",
    ),
    sa.Column("reason", sa.Text, comment="why, for whoever reads the invoice"),
    sa.Column("person", sa.Text, comment="who entered it by hand; empty: by the rules"),
    sa.Column("posted_at", Instant, nullable=False),
    sa.Column("period", sa.Text, nullable=False, comment="the partner's month it is posted in, `2026-11`"),
    sa.Column(
        "caller_match", sa.Text, comment="tells repeats, not numbers; dropped when the caller is forgotten"
    ),
    sa.Column("arrived_at", Instant, nullable=False, comment="of the call, for repeats"),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.CheckConstraint("amount >= 0", name="not_negative"),
    sa.CheckConstraint("entry IN ('charge', 'credit', 'recharge')", name="entry"),
    sa.CheckConstraint("(entry = 'charge') = (takes_back IS NULL)", name="takes_back"),
    sa.CheckConstraint("entry = 'charge' OR reason IS NOT NULL", name="reason"),
    comment="append only",
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
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


A_CHARGE = "entry = 'charge'"
sa.Index("ix_entry_repeat", entry.c.caller_match, entry.c.partner, **_where(A_CHARGE))
# One charge a call, of whatever kind, and whatever comes twice.
sa.Index("uq_entry_charge", entry.c.call, unique=True, **_where(A_CHARGE))
# The others are few. A credit is taken back once.
sa.Index("ix_entry_taken_back", entry.c.call, **_where("entry <> 'charge'"))
sa.Index("uq_entry_recharge", entry.c.takes_back, unique=True, **_where("entry = 'recharge'"))
