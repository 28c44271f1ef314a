"""Tables of invoices: what was issued, line by line, as it was printed, and to whom it was sent.

What was issued never changes: triggers (migration `0007`) refuse it. Each entry of an account stands on one line of one
invoice.
"""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

invoice_series = sa.Table(
    "invoice_series",
    metadata,
    sa.Column("series", sa.Text, primary_key=True, comment="`INV`, or `SIM` for what was only simulated"),
    sa.Column("last", sa.Integer, nullable=False, comment="the latest number; there are no gaps below it"),
)

invoice = sa.Table(
    "invoice",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="series and number, `INV-000017`"),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, comment="1, 2, 3 … in its series"),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column("partner_name", sa.Text, nullable=False, comment="as it was then"),
    sa.Column("period", sa.Text, nullable=False, comment="`2026-10`, in the zone"),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column(
        "total", sa.BigInteger, nullable=False, comment="whole minor units; below zero it is owed to them"
    ),
    sa.Column("rates", sa.Text, nullable=False, comment="JSON: the rates that its lines were priced by"),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False, comment="who bills: a name and an address, line by line"),
    sa.UniqueConstraint("series", "number"),
    sa.UniqueConstraint("partner", "period", "currency", "simulated"),
    comment="never changes",
)

invoice_line = sa.Table(
    "invoice_line",
    metadata,
    sa.Column("invoice", sa.Text, sa.ForeignKey("invoice.name"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, comment="1, 2, 3 …"),
    sa.Column("entry", sa.BigInteger, comment="of the account; empty for a call that cost nothing"),
    sa.Column("what", sa.Text, nullable=False, comment="as the entry, or `free`"),
    sa.Column("arrived_at", Instant),
    sa.Column("call", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("center", sa.Text, comment="its name then"),
    sa.Column("talk_seconds", sa.Integer),
    sa.Column("caller", sa.Text, comment="masked"),
    sa.Column("amount", sa.BigInteger, nullable=False, comment="whole minor units, signed"),
    sa.Column("reason", sa.Text),
    # No foreign key to the entry: it is copied from there in the same statement, and entries are never deleted.
    sa.UniqueConstraint("entry"),
    comment="never changes",
)

invoice_document = sa.Table(
    "invoice_document",
    metadata,
    sa.Column("invoice", sa.Text, sa.ForeignKey("invoice.name"), primary_key=True),
    sa.Column("form", sa.Text, primary_key=True, comment="`pdf`, `csv` or `xlsx`"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of the content"),
    sa.Column("printed_at", Instant, nullable=False),
    comment="as it was first printed; printed again it is the same bytes",
)

invoice_delivery = sa.Table(
    "invoice_delivery",
    metadata,
    sa.Column("invoice", sa.Text, sa.ForeignKey("invoice.name"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="1, 2, 3 … each time that it is sent"),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", Instant, comment="empty once it is over"),
    sa.Column("delivered_at", Instant, comment="the mail server took it"),
    sa.Column("error", sa.Text, comment="of the latest attempt"),
    comment="the delivery log",
)
sa.Index(
    "ix_invoice_delivery_due",
    invoice_delivery.c.next_try_at,
    postgresql_where=sa.text("next_try_at IS NOT NULL"),
)
