"""The partners' accounts: the ledger, closed months, confirmed charges, and spend caps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "entry_type",
            sa.Text(),
            nullable=False,
            comment="`charge`, `credit`, `credit_reversal`, `adjustment`, `payment` or `fee`",
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
            "reverses",
            sa.BigInteger(),
            nullable=True,
            comment="a credit its charge, a credit reversal its credit",
        ),
        sa.Column(
            "rule",
            sa.Text(),
            nullable=True,
            comment="of a credit by the rules: which one, see billing/pricing.py and billing/pricing.py",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why, for whoever reads the invoice"),
        sa.Column("person", sa.Text(), nullable=True, comment="who entered it by hand; empty: by the rules"),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="the partner's day it counts for, `2026-11-24`"),
        sa.Column("period", sa.Text(), nullable=False, comment="the month of that day, whose invoice has it"),
        sa.Column(
            "caller_pseudonym",
            sa.Text(),
            nullable=True,
            comment="as its call says; tells repeats",
        ),
        sa.Column("arrived_at", INSTANT, nullable=True, comment="of the call, for repeats"),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(entry_type = 'credit' AND person IS NULL) = (rule IS NOT NULL)",
            name=op.f("ck_ledger_entry_rule"),
        ),
        sa.CheckConstraint(
            "(entry_type IN ('charge', 'credit', 'credit_reversal')) = (call IS NOT NULL AND arrived_at IS NOT NULL)",
            name=op.f("ck_ledger_entry_about_a_call"),
        ),
        sa.CheckConstraint(
            "(entry_type IN ('credit', 'credit_reversal')) = (reverses IS NOT NULL)",
            name=op.f("ck_ledger_entry_reverses"),
        ),
        sa.CheckConstraint(
            "amount >= 0 OR entry_type = 'adjustment'", name=op.f("ck_ledger_entry_not_negative")
        ),
        sa.CheckConstraint(
            "entry_type IN ('charge', 'credit', 'credit_reversal', 'adjustment', 'payment', 'fee')",
            name=op.f("ck_ledger_entry_entry_type"),
        ),
        sa.CheckConstraint(
            "entry_type IN ('charge', 'fee') OR reason IS NOT NULL", name=op.f("ck_ledger_entry_reason")
        ),
        sa.CheckConstraint(
            "entry_type NOT IN ('adjustment', 'payment') OR person IS NOT NULL",
            name=op.f("ck_ledger_entry_person"),
        ),
        sa.CheckConstraint("period = substr(day, 1, 7)", name=op.f("ck_ledger_entry_day")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_ledger_entry_call_call")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_ledger_entry_partner_partner")),
        sa.ForeignKeyConstraint(
            ["reverses"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        comment="append only",
    )
    op.create_index(
        "ix_ledger_entry_account",
        "ledger_entry",
        ["partner", "currency", "simulated", "entry_type"],
        postgresql_include=["amount", "day"],
        postgresql_where=sa.text("entry_type <> 'charge'"),
    )
    op.create_index(
        "ix_ledger_entry_by_person",
        "ledger_entry",
        ["posted_at"],
        postgresql_where=sa.text("person IS NOT NULL AND entry_type <> 'charge'"),
    )
    op.create_index("ix_ledger_entry_period", "ledger_entry", ["partner", "period", "id"])
    op.create_index(
        "ix_ledger_entry_repeat",
        "ledger_entry",
        ["caller_pseudonym", "partner"],
        postgresql_where=sa.text("entry_type = 'charge'"),
    )
    op.create_index(
        "ix_ledger_entry_not_a_charge",
        "ledger_entry",
        ["call"],
        postgresql_where=sa.text("entry_type <> 'charge'"),
    )
    op.create_index(
        "uq_ledger_entry_charge",
        "ledger_entry",
        ["call"],
        unique=True,
        postgresql_where=sa.text("entry_type = 'charge'"),
    )
    op.create_index(
        "uq_ledger_entry_fee",
        "ledger_entry",
        ["partner", "period", "simulated"],
        unique=True,
        postgresql_where=sa.text("entry_type = 'fee'"),
    )
    op.create_index(
        "uq_ledger_entry_credit_reversal",
        "ledger_entry",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("entry_type = 'credit_reversal'"),
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
        comment="charged calls of which the carrier's records say the same; an invoice holds no others",
    )
    op.create_table(
        "spend_cap_lock",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_spend_cap_lock")),
        comment="one row a partner with a spend cap, locked by whoever looks for what is left to ring a seat",
    )
    op.create_table(
        "spend",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column(
            "month", sa.Text(), nullable=False, comment="the partner's own, of the calls' arrival: `2026-11`"
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="charges less credits, whole minor units"
        ),
        sa.PrimaryKeyConstraint("partner", "month", "simulated", name=op.f("pk_spend")),
        comment="what the calls of a month come to, for spend caps; the ledger is the truth",
    )
    op.create_table(
        "reservation",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="of the attempt"),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column(
            "month", sa.Text(), nullable=False, comment="the partner's own, of the call's arrival: `2026-11`"
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="whole minor units that it may cost"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reservation_something")),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_reservation")),
        comment="legs of partners with a spend cap that are being tried, or are not settled yet",
    )
    op.create_index("ix_reservation_partner", "reservation", ["partner", "month"])
