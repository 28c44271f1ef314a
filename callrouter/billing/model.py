"""Table of a partner's account."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("entry", sa.Text, nullable=False, comment="`charge`"),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="`helpline` or `listing`"),
    sa.Column("amount", sa.BigInteger, nullable=False, comment="whole minor units"),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="`unconfirmed` until the carrier's books agree"),
    sa.Column("posted_at", Instant, nullable=False),
    sa.Column("period", sa.Text, nullable=False, comment="the partner's month it is posted in, `2026-11`"),
    sa.Column("caller_match", sa.Text, comment="tells repeats, not numbers"),
    sa.Column("arrived_at", Instant, nullable=False, comment="of the call, for repeats"),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.CheckConstraint("amount >= 0", name="not_negative"),
    comment="append only",
)
A_CHARGE = "entry = 'charge'"
sa.Index(
    "ix_entry_repeat",
    entry.c.caller_match,
    entry.c.partner,
    postgresql_where=sa.text(A_CHARGE),
    sqlite_where=sa.text(A_CHARGE),
)
# One charge a call, of whatever kind, and whatever comes twice.
sa.Index(
    "uq_entry_charge",
    entry.c.call,
    unique=True,
    postgresql_where=sa.text(A_CHARGE),
    sqlite_where=sa.text(A_CHARGE),
)
