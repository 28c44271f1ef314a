"""Tables of what a person must be told, and of its deliveries."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column(
        "key", sa.Text, nullable=False, comment="the same is told once: its call, or its place and hour"
    ),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("happened_at", Instant, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("call", sa.Text, comment="CallSid of the call it was noticed with"),
    sa.Column("center", sa.Text),
    sa.Column("helpline", sa.Text),
    sa.Column("listing", sa.Text),
    sa.Column("dialled", sa.Text, comment="a number that is brought to us, and is in no directory"),
    sa.Column("process", sa.Text, comment="the kind of process that is not seen"),
    sa.UniqueConstraint("key"),
    sa.CheckConstraint(
        "what IN ('center-paused', 'message-left', 'nobody-eligible', 'process-unseen', 'promise-overdue',"
        " 'unknown-number')",
        name="what",
    ),
    comment="what a person must be told, once; no caller's number",
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("alert", _ROW_ID, sa.ForeignKey("alert.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False, comment="an e-mail address, or the origin of a webhook"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("tried_at", Instant, comment="when it was last tried"),
    sa.Column("next_at", Instant, comment="when it is tried next; empty: it was delivered, or given up"),
    sa.Column("delivered_at", Instant),
    sa.Column("error", sa.Text, comment="of the latest attempt, where that failed"),
    sa.UniqueConstraint("alert", "channel", "recipient"),
    sa.CheckConstraint("channel IN ('email', 'webhook')", name="channel"),
    sa.CheckConstraint("delivered_at IS NULL OR next_at IS NULL", name="delivered_is_done"),
    comment="an alert on its way to one recipient",
)
UNDELIVERED = "delivered_at IS NULL"
sa.Index(
    "ix_delivery_undelivered",
    delivery.c.next_at,
    postgresql_where=sa.text(UNDELIVERED),
    sqlite_where=sa.text(UNDELIVERED),
)
