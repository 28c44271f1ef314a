"""Alerts: what a person must be told, and its deliveries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="the same is told once: its call, or its place and hour"
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("call", sa.Text(), nullable=True, comment="CallSid of the call it was noticed with"),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column(
            "dialled",
            sa.Text(),
            nullable=True,
            comment="a number that is brought to us, and is in no directory",
        ),
        sa.CheckConstraint(
            "what IN ('center-paused', 'message-left', 'nobody-eligible', 'promise-overdue', 'unknown-number')",
            name=op.f("ck_alert_what"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
        comment="what a person must be told, once; no caller's number",
    )
    op.create_table(
        "delivery",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("alert", ROW_ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "recipient", sa.Text(), nullable=False, comment="an e-mail address, or the origin of a webhook"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True, comment="when it was last tried"),
        sa.Column(
            "next_at",
            INSTANT,
            nullable=True,
            comment="when it is tried next; empty: it was delivered, or given up",
        ),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt, where that failed"),
        sa.CheckConstraint("channel IN ('email', 'webhook')", name=op.f("ck_delivery_channel")),
        sa.CheckConstraint(
            "delivered_at IS NULL OR next_at IS NULL", name=op.f("ck_delivery_delivered_is_done")
        ),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name=op.f("fk_delivery_alert_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "alert", "channel", "recipient", name=op.f("uq_delivery_alert_channel_recipient")
        ),
        comment="an alert on its way to one recipient",
    )
    op.create_index(
        "ix_delivery_undelivered",
        "delivery",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL"),
    )
