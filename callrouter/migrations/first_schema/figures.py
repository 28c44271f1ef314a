"""Figures: a call as each partner has it, and what the calls of a day and of a quarter of an hour come to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "partner_call",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False, comment="empty: nobody was rung"),
        sa.Column(
            "center", sa.Text(), nullable=False, comment="of the partner: that took it, else the first rung"
        ),
        sa.Column("helpline", sa.Text(), nullable=True, comment="that the caller dialed, or asked for"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="`helpline` or `listing`; empty: no number of ours"
        ),
        sa.Column(
            "day", sa.Text(), nullable=False, comment="of its arrival in the partner's zone, `2026-11-24`"
        ),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False, comment="in force at its arrival"),
        sa.Column("caller", sa.Text(), nullable=False, comment="masked"),
        sa.Column(
            "is_primary",
            sa.Boolean(),
            nullable=False,
            comment="the partner with whom the call itself is counted, once",
        ),
        sa.Column("answered", sa.Boolean(), nullable=False, comment="on its call"),
        sa.Column(
            "promised",
            sa.Boolean(),
            nullable=False,
            comment="the call ended as a promise; of the primary partner only",
        ),
        sa.Column("kept", sa.Boolean(), nullable=False, comment="the promise, by this partner's return call"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="of the call"),
        sa.Column(
            "wait_seconds", sa.Integer(), nullable=True, comment="from the arrival until it was answered"
        ),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "cost_micros",
            sa.BigInteger(),
            nullable=True,
            comment="what the carrier charges for the call and all its legs; empty: not known (yet)",
        ),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(cost_micros IS NULL) = (cost_currency IS NULL)", name=op.f("ck_partner_call_cost")
        ),
        sa.CheckConstraint(
            "is_primary OR (NOT promised AND cost_micros IS NULL)", name=op.f("ck_partner_call_counted_once")
        ),
        sa.PrimaryKeyConstraint("call", "partner", name=op.f("pk_partner_call")),
        comment="written after the calls have ended, from what is stored of them",
    )
    op.create_index("ix_partner_call_day", "partner_call", ["partner", "day"])
    op.create_index(
        "uq_partner_call_primary",
        "partner_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "day_total",
        sa.Column(
            "day",
            sa.Text(),
            nullable=False,
            comment="the partner's: of the call, or that an entry counts for",
        ),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("helpline", sa.Text(), nullable=False, comment="empty: none"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False, comment="of the money; empty: of calls"),
        sa.Column("calls", sa.BigInteger(), nullable=False, comment="each once"),
        sa.Column("rung", sa.BigInteger(), nullable=False, comment="calls that the partner had a part in"),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("waits", sa.BigInteger(), nullable=False, comment="how many are in `wait_seconds`"),
        sa.Column("wait_seconds", sa.BigInteger(), nullable=False),
        sa.Column("talk_seconds", sa.BigInteger(), nullable=False),
        sa.Column(
            "calls_with_cost",
            sa.BigInteger(),
            nullable=False,
            comment="calls of which the carrier's cost is known",
        ),
        sa.Column(
            "cost_micros", sa.BigInteger(), nullable=False, comment="what the carrier charges for those"
        ),
        sa.Column("charged", sa.BigInteger(), nullable=False, comment="how many charges"),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="minor units that were entered to be paid"
        ),
        sa.Column(
            "credited",
            sa.BigInteger(),
            nullable=False,
            comment="minor units that were taken off; no payments",
        ),
        sa.PrimaryKeyConstraint(
            "day", "partner", "center", "helpline", "kind", "simulated", "currency", name=op.f("pk_day_total")
        ),
        comment="sums of `partner_call` and `ledger_entry`, kept by triggers",
    )
    op.create_table(
        "quarter_hour_total",
        sa.Column("scope", sa.Text(), nullable=False, comment="a helpline; `*`: all calls"),
        sa.Column("begins_at", INSTANT, nullable=False, comment="of the calls' arrival"),
        sa.Column(
            "answered",
            sa.Integer(),
            nullable=False,
            comment="calls by their outcome, each once; the others follow",
        ),
        *_numbers("promised", "voicemail", "abandoned", "crisis", "unserved", "refused"),
        sa.Column("charged", sa.Integer(), nullable=False, comment="calls that have a charge"),
        sa.Column("talks", sa.Integer(), nullable=False, comment="calls that are in `talk_seconds`"),
        sa.Column("talk_seconds", sa.BigInteger(), nullable=False),
        sa.Column(
            "wait_5",
            sa.Integer(),
            nullable=False,
            comment="answered after at most 5 seconds; the others follow",
        ),
        *_numbers(*(f"wait_{seconds}" for seconds in (10, 15, 20, 30, 45, 60, 90, 120, 180, 300, "more"))),
        sa.PrimaryKeyConstraint("scope", "begins_at", name=op.f("pk_quarter_hour_total")),
        comment="sums of `partner_call` and of charges, kept by triggers",
    )
    op.create_table(
        "account_month",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False, comment="`2026-11`"),
        sa.Column("entry_type", sa.Text(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="minor units, as the entries have them"),
        sa.Column(
            "below_zero",
            sa.BigInteger(),
            nullable=False,
            comment="of the amounts below zero alone, without their sign",
        ),
        sa.PrimaryKeyConstraint(
            "partner", "currency", "simulated", "period", "entry_type", name=op.f("pk_account_month")
        ),
        comment="sums of `ledger_entry`, kept by triggers",
    )


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]
