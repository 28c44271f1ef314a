"""What came in, what is still to be done about it, and the alerts that a person must be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "inbox",
        sa.Column("call", sa.Text(), nullable=False, comment="CallSid of the caller's call"),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="which callback of the call: `turn 2`, `status completed` …",
        ),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False, comment="JSON, without any number"),
        sa.Column(
            "answer", sa.Text(), nullable=True, comment="the document it was answered with, for repetitions"
        ),
        sa.PrimaryKeyConstraint("call", "key", name=op.f("pk_inbox")),
        comment="each callback, once",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False, comment="`disclosed`, `ended` or `alert`"),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "turn", sa.Integer(), nullable=False, comment="the document that disclosed it; 0 for the others"
        ),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True, comment="word for word"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest failure"),
        sa.Column(
            "set_aside_at", INSTANT, nullable=True, comment="it kept failing; staff can have it tried again"
        ),
        sa.Column("process", sa.Text(), nullable=True, comment="the kind of process that an alert is about"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        comment="facts to act on, written in the transaction that they are about; a settled fact is deleted",
    )
    op.create_index(
        "ix_outbox_set_aside", "outbox", ["id"], postgresql_where=sa.text("set_aside_at IS NOT NULL")
    )
    op.create_table(
        "outbox_lock",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True, comment="when somebody last settled facts"),
        sa.CheckConstraint("one = 1", name=op.f("ck_outbox_lock_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_outbox_lock")),
        comment="a single row: whoever holds its lock settles the outbox",
    )
    op.create_table(
        "heartbeat",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "worker_at",
            INSTANT,
            nullable=True,
            comment="when a task last came through the broker and a worker to here",
        ),
        sa.Column(
            "external_at",
            INSTANT,
            nullable=True,
            comment="when a task last came through the external queue to here",
        ),
        sa.Column("web_at", INSTANT, nullable=True, comment="when a web server last wrote here"),
        sa.Column(
            "beat_at",
            INSTANT,
            nullable=True,
            comment="when a message that beat sent last came through the broker and a worker to here",
        ),
        sa.Column(
            "outbox_sweeper_at",
            INSTANT,
            nullable=True,
            comment="when the outbox sweeper last looked at the outbox",
        ),
        sa.Column("console_at", INSTANT, nullable=True, comment="when the console last wrote here"),
        sa.Column(
            "evidence_complete_at",
            INSTANT,
            nullable=True,
            comment="when the evidence log last had every record, with a signed head",
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_heartbeat_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_heartbeat")),
        comment="a single row: the proof that broker and workers work end to end",
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), nullable=False),
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
        sa.Column("process", sa.Text(), nullable=True, comment="the kind of process that is not seen"),
        sa.CheckConstraint(
            "what IN ('center-paused', 'evidence-behind', 'message-left', 'nobody-eligible', 'process-unseen', 'promise-overdue', 'purge-failed', 'purge-late', 'reveal-waits', 'unknown-number')",
            name=op.f("ck_alert_what"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
        comment="what a person must be told, once; no caller's number",
    )
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("alert", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "recipient", sa.Text(), nullable=False, comment="an e-mail address, or the origin of a webhook"
        ),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="claims since the last success, this one included",
        ),
        sa.Column("attempted_at", INSTANT, nullable=True, comment="when the latest attempt ended"),
        sa.Column(
            "next_attempt_at",
            INSTANT,
            nullable=True,
            comment="when it is due, or when its lease ends; empty: nothing is to be done",
        ),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt, where it failed"),
        sa.CheckConstraint("channel IN ('email', 'webhook')", name=op.f("ck_alert_delivery_channel")),
        sa.CheckConstraint(
            "delivered_at IS NULL OR next_attempt_at IS NULL",
            name=op.f("ck_alert_delivery_delivered_is_done"),
        ),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name=op.f("fk_alert_delivery_alert_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_delivery")),
        sa.UniqueConstraint(
            "alert", "channel", "recipient", name=op.f("uq_alert_delivery_alert_channel_recipient")
        ),
        comment="an alert on its way to one recipient",
    )
    op.create_index(
        "ix_alert_delivery_due",
        "alert_delivery",
        ["next_attempt_at"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_index(
        "ix_alert_delivery_undelivered",
        "alert_delivery",
        ["next_attempt_at"],
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
