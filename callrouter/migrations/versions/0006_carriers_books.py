"""The carrier's books, where they differ from ours, and the charges that they confirm."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "carrier_call",
        sa.Column("sid", sa.Text(), nullable=False, comment="CallSid of a call, or of one of its legs"),
        sa.Column("parent", sa.Text(), nullable=True, comment="CallSid of the call that dialled it"),
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
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_carrier_call")),
        comment="no number of anybody",
    )
    op.create_index("ix_carrier_call_parent", "carrier_call", ["parent"], unique=False)
    op.create_index("ix_carrier_call_day", "carrier_call", ["day", "sid"], unique=False)
    op.create_table(
        "carrier_difference",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False, comment="of the call, or of the leg, that differs"),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=True),
        sa.Column("ours", sa.Text(), nullable=True),
        sa.Column(
            "mended", sa.Boolean(), nullable=False, comment="ours was put right; the others are for staff"
        ),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", "sid", "what", name=op.f("pk_carrier_difference")),
    )
    op.create_table(
        "reconciled_day",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=False, comment="when it was last compared whole"),
        sa.Column("calls", sa.Integer(), nullable=False, comment="of callers, in the carrier's books"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reconciled_day")),
    )
    op.create_table(
        "confirmation",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_confirmation_call_call")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_confirmation")),
        comment="charged calls of which the carrier's books say the same; an invoice holds no others",
    )
