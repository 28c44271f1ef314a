"""Differences from the carrier's books name their call, and a person can explain them; prices that are to come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
UNEXPLAINED = "NOT mended AND explained_at IS NULL"
UNSETTLED = "cost_micros IS NULL AND status NOT IN ('busy', 'failed', 'no-answer', 'canceled')"


def upgrade() -> None:
    # SQLite makes the table anew, and would not know what a moment is.
    moments = (sa.Column("found_at", INSTANT, nullable=False),)
    with op.batch_alter_table("carrier_difference", reflect_args=moments) as difference:
        difference.add_column(
            sa.Column(
                "call",
                sa.Text(),
                nullable=True,
                comment="CallSid of the caller's call that it is about, where that is known",
            )
        )
        difference.add_column(
            sa.Column(
                "explained_by",
                sa.Text(),
                nullable=True,
                comment="a person; empty: it was gone when the books were read again",
            )
        )
        difference.add_column(sa.Column("explanation", sa.Text(), nullable=True))
        difference.add_column(sa.Column("explained_at", INSTANT, nullable=True))
        difference.create_check_constraint(
            op.f("ck_carrier_difference_explained"),
            "(explained_at IS NULL) = (explanation IS NULL) AND (explained_by IS NULL OR explanation IS NOT NULL)",
        )
    op.create_index(
        "ix_carrier_difference_unexplained",
        "carrier_difference",
        ["call"],
        unique=False,
        postgresql_where=sa.text(UNEXPLAINED),
        sqlite_where=sa.text(UNEXPLAINED),
    )
    op.create_index(
        "ix_carrier_call_unsettled",
        "carrier_call",
        ["day"],
        unique=False,
        postgresql_where=sa.text(UNSETTLED),
        sqlite_where=sa.text(UNSETTLED),
    )
    # A leg leads to its call, the caller's leg of a return call to its promise, and a call to itself.
    op.execute(
        "UPDATE carrier_difference SET call = COALESCE("
        "(SELECT MIN(leg.call) FROM leg WHERE leg.sid = carrier_difference.sid),"
        " (SELECT MIN(tried.call) FROM return_call tried"
        " WHERE tried.caller_sid = carrier_difference.sid OR tried.sid = carrier_difference.sid),"
        " carrier_difference.sid)"
    )
