"""The carrier's call detail records (CDRs), and where ours differ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "carrier_cdr",
        sa.Column("sid", sa.Text(), nullable=False, comment="CallSid of a call, or of one of its legs"),
        sa.Column("parent", sa.Text(), nullable=True, comment="CallSid of the call that dialed it"),
        sa.Column("day", sa.Text(), nullable=False, comment="the carrier's day, UTC, `2026-11-24`"),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column(
            "cost_micros",
            sa.BigInteger(),
            nullable=True,
            comment="millionths of a unit of the currency; empty at first",
        ),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_carrier_cdr")),
        comment="no number of anybody",
    )
    op.create_index("ix_carrier_cdr_day", "carrier_cdr", ["day", "sid"])
    op.create_index("ix_carrier_cdr_parent", "carrier_cdr", ["parent"])
    op.create_index(
        "ix_carrier_cdr_awaits_cost",
        "carrier_cdr",
        ["day"],
        postgresql_where=sa.text(
            "cost_micros IS NULL AND status NOT IN ('busy', 'failed', 'no-answer', 'canceled')"
        ),
    )
    op.create_table(
        "carrier_difference",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False, comment="of the call, or of the leg, that differs"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=True),
        sa.Column("ours", sa.Text(), nullable=True),
        sa.Column(
            "corrected", sa.Boolean(), nullable=False, comment="ours was corrected; the others are for staff"
        ),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column(
            "call",
            sa.Text(),
            nullable=True,
            comment="CallSid of the caller's call that it is about, where that is known",
        ),
        sa.Column(
            "explained_by",
            sa.Text(),
            nullable=True,
            comment="a person; empty: it was gone when the carrier's records were read again",
        ),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("explained_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(explained_at IS NULL) = (explanation IS NULL) AND (explained_by IS NULL OR explanation IS NOT NULL)",
            name=op.f("ck_carrier_difference_explained"),
        ),
        sa.PrimaryKeyConstraint("day", "sid", "what", name=op.f("pk_carrier_difference")),
    )
    op.create_index(
        "ix_carrier_difference_unexplained",
        "carrier_difference",
        ["call"],
        postgresql_where=sa.text("NOT corrected AND explained_at IS NULL"),
    )
    op.create_table(
        "reconciled_day",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=False, comment="when it was last compared whole"),
        sa.Column("calls", sa.Integer(), nullable=False, comment="of callers, in the carrier's records"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reconciled_day")),
    )
