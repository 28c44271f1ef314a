"""Invoices with their lines, documents and deliveries, and objections to charges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "invoice_series",
        sa.Column("series", sa.Text(), nullable=False, comment="`INV`, or `SIM` for what was only simulated"),
        sa.Column(
            "last", sa.Integer(), nullable=False, comment="the latest number; there are no gaps below it"
        ),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoice",
        sa.Column("name", sa.Text(), nullable=False, comment="series and number, `INV-000017`"),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … in its series"),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("partner_name", sa.Text(), nullable=False, comment="as it was then"),
        sa.Column("period", sa.Text(), nullable=False, comment="`2026-10`, in the zone"),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "total",
            sa.BigInteger(),
            nullable=False,
            comment="whole minor units; below zero it is owed to them",
        ),
        sa.Column(
            "rates", sa.Text(), nullable=False, comment="JSON: the rates that its lines were priced by"
        ),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column(
            "issuer", sa.Text(), nullable=False, comment="who bills: a name and an address, line by line"
        ),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_invoice_partner_partner")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "partner",
            "period",
            "currency",
            "simulated",
            name=op.f("uq_invoice_partner_period_currency_simulated"),
        ),
        sa.UniqueConstraint("series", "number", name=op.f("uq_invoice_series_number")),
        comment="never changes",
    )
    op.create_table(
        "invoice_line",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column(
            "entry",
            sa.BigInteger(),
            nullable=True,
            comment="of the ledger; empty for a call that cost nothing",
        ),
        sa.Column("what", sa.Text(), nullable=False, comment="the type of the entry, or `free`"),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=True, comment="its name then"),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True, comment="masked"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="whole minor units, signed"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.name"], name=op.f("fk_invoice_line_invoice_invoice")),
        sa.PrimaryKeyConstraint("invoice", "position", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("entry", name=op.f("uq_invoice_line_entry")),
        comment="never changes",
    )
    op.create_table(
        "invoice_checkpoint",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column(
            "size",
            sa.BigInteger(),
            nullable=False,
            comment="how many entries it signs; those of the invoice are among them",
        ),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="C2SP checkpoint, with the time in its cosignature"
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.name"], name=op.f("fk_invoice_checkpoint_invoice_invoice")
        ),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_invoice_checkpoint")),
        comment="never changes; it is added a second or two after the invoice",
    )
    op.create_table(
        "invoice_document",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False, comment="`pdf`, `csv` or `xlsx`"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the content"),
        sa.Column("printed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.name"], name=op.f("fk_invoice_document_invoice_invoice")
        ),
        sa.PrimaryKeyConstraint("invoice", "form", name=op.f("pk_invoice_document")),
        comment="as it was first printed; printed again it is the same bytes",
    )
    op.create_table(
        "invoice_delivery",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … each time that it is sent"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="claims since the last success, this one included",
        ),
        sa.Column(
            "next_attempt_at",
            INSTANT,
            nullable=True,
            comment="when it is due, or when its lease ends; empty: nothing is to be done",
        ),
        sa.Column("delivered_at", INSTANT, nullable=True, comment="the mail server took it"),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt, where it failed"),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.name"], name=op.f("fk_invoice_delivery_invoice_invoice")
        ),
        sa.PrimaryKeyConstraint("invoice", "number", name=op.f("pk_invoice_delivery")),
        comment="the delivery log",
    )
    op.create_index(
        "ix_invoice_delivery_due",
        "invoice_delivery",
        ["next_attempt_at"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("charge", sa.BigInteger(), nullable=False),
        sa.Column("invoice", sa.Text(), nullable=True, comment="that has the charge; empty: none yet"),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="one of those in billing/disputes/objection.py"
        ),
        sa.Column("evidence", sa.Text(), nullable=False, comment="what the partner says"),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column(
            "decision",
            sa.Text(),
            nullable=True,
            comment="`accepted`, `in part` or `refused`; empty while it is open",
        ),
        sa.Column(
            "credited", sa.BigInteger(), nullable=True, comment="whole minor units of the charge's currency"
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision <> 'refused' OR credited = 0", name=op.f("ck_dispute_refused_for_nothing")
        ),
        sa.CheckConstraint(
            "decision IN ('accepted', 'in part', 'refused')", name=op.f("ck_dispute_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (note IS NULL) AND (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (credited IS NULL)",
            name=op.f("ck_dispute_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_dispute_call_call")),
        sa.ForeignKeyConstraint(["charge"], ["ledger_entry.id"], name=op.f("fk_dispute_charge_ledger_entry")),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.name"], name=op.f("fk_dispute_invoice_invoice")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_dispute_partner_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_partner", "dispute", ["partner", "id"])
    op.create_index(
        "uq_dispute_open", "dispute", ["charge"], unique=True, postgresql_where=sa.text("decision IS NULL")
    )
