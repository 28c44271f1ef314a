"""The partners' accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "entry",
            sa.Text(),
            nullable=False,
            comment="`charge`, `credit`, `recharge`, `adjustment`, `payment` or `fee`",
        ),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True, comment="what is charged; a fee has none"),
        sa.Column("center", sa.Text(), nullable=True, comment="that talked with the caller"),
        sa.Column("helpline", sa.Text(), nullable=True, comment="that the caller had dialled, or asked for"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="`helpline`, `listing`, `monthly`, `adjustment` or `payment`",
        ),
        sa.Column(
            "amount",
            sa.BigInteger(),
            nullable=False,
            comment="whole minor units; a credit and a payment take it off, an adjustment has its sign",
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "takes_back", sa.BigInteger(), nullable=True, comment="a credit its charge, a recharge its credit"
        ),
        sa.Column(
            "rule",
            sa.Text(),
            nullable=True,
            comment="of a credit by the rules: which one, see billing/rating.py",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why, for whoever reads the invoice"),
        sa.Column("person", sa.Text(), nullable=True, comment="who entered it by hand; empty: by the rules"),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="the partner's day it counts for, `2026-11-24`"),
        sa.Column("period", sa.Text(), nullable=False, comment="the month of that day, whose invoice has it"),
        sa.Column(
            "caller_match",
            sa.Text(),
            nullable=True,
            comment="tells repeats, not numbers; of a caller who is forgotten, a random name",
        ),
        sa.Column("arrived_at", INSTANT, nullable=True, comment="of the call, for repeats"),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(entry = 'credit' AND person IS NULL) = (rule IS NOT NULL)", name=op.f("ck_entry_rule")
        ),
        sa.CheckConstraint(
            "(entry IN ('charge', 'credit', 'recharge')) = (call IS NOT NULL AND arrived_at IS NOT NULL)",
            name=op.f("ck_entry_about_a_call"),
        ),
        sa.CheckConstraint(
            "(entry IN ('credit', 'recharge')) = (takes_back IS NOT NULL)", name=op.f("ck_entry_takes_back")
        ),
        sa.CheckConstraint("amount >= 0 OR entry = 'adjustment'", name=op.f("ck_entry_not_negative")),
        sa.CheckConstraint(
            "entry IN ('charge', 'credit', 'recharge', 'adjustment', 'payment', 'fee')",
            name=op.f("ck_entry_entry"),
        ),
        sa.CheckConstraint("entry IN ('charge', 'fee') OR reason IS NOT NULL", name=op.f("ck_entry_reason")),
        sa.CheckConstraint(
            "entry NOT IN ('adjustment', 'payment') OR person IS NOT NULL", name=op.f("ck_entry_person")
        ),
        sa.CheckConstraint("period = substr(day, 1, 7)", name=op.f("ck_entry_day")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_entry_call_call")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_entry_partner_partner")),
        sa.ForeignKeyConstraint(["takes_back"], ["entry.id"], name=op.f("fk_entry_takes_back_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        comment="append only",
    )
    op.create_index("ix_entry_period", "entry", ["partner", "period", "id"])
    op.create_index(
        "ix_entry_repeat", "entry", ["caller_match", "partner"], postgresql_where=sa.text("entry = 'charge'")
    )
    op.create_index("ix_entry_taken_back", "entry", ["call"], postgresql_where=sa.text("entry <> 'charge'"))
    op.create_index(
        "uq_entry_charge", "entry", ["call"], unique=True, postgresql_where=sa.text("entry = 'charge'")
    )
    op.create_index(
        "uq_entry_fee",
        "entry",
        ["partner", "period", "simulated"],
        unique=True,
        postgresql_where=sa.text("entry = 'fee'"),
    )
    op.create_index(
        "uq_entry_recharge",
        "entry",
        ["takes_back"],
        unique=True,
        postgresql_where=sa.text("entry = 'recharge'"),
    )
    op.create_table(
        "closed_month",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False, comment="`2026-11`"),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="who closed it"),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_closed_month_partner_partner")),
        sa.PrimaryKeyConstraint("partner", "simulated", "period", name=op.f("pk_closed_month")),
        comment="months to which no entry is added any more; what comes late is posted in the next that is open",
    )
    op.create_table(
        "confirmation",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_confirmation_call_call")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_confirmation")),
        comment="charged calls of which the carrier's books say the same; an invoice holds no others",
    )
