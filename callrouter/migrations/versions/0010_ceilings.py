"""Monthly ceilings: what is reserved under them by calls that are not settled, and what the settled ones came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_room")),
        comment="one row a partner with a ceiling, locked by whoever looks for room under it to ring a seat",
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
        comment="legs of partners with a ceiling that are being tried, or are not settled yet",
    )
    op.create_index("ix_reservation_partner", "reservation", ["partner", "month"], unique=False)
    op.create_table(
        "spending",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column(
            "month",
            sa.Text(),
            nullable=False,
            comment="the partner's own, of the calls' arrival: `2026-11`",
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="charges less credits, whole minor units"
        ),
        sa.PrimaryKeyConstraint("partner", "month", "simulated", name=op.f("pk_spending")),
        comment="what the calls of a month come to, for ceilings; the entries are the truth",
    )
