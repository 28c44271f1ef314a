"""The tables of invoices: what was issued, printed and sent.

An issued invoice never changes: triggers refuse it (`migrations/first_schema/invoice_guards.py`). Each ledger entry
of a closed month is on one line of one invoice.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows
from callrouter.events.lease import DUE, LeasedTask

OF_OWN_INVOICE = "invoice IN (SELECT name FROM invoice)"
"""row security binds the inner query too, so it finds the partner's own invoices"""


class InvoiceSeries(Base):
    """The last number of a series."""

    __tablename__ = "invoice_series"
    __grants__ = Grants(insert=True, update=True)

    series: Mapped[str] = mapped_column(
        primary_key=True, comment="`INV`, or `SIM` for what was only simulated"
    )
    last: Mapped[int] = mapped_column(comment="the latest number; there are no gaps below it")


class InvoiceHead(Base):
    """An issued invoice without its lines."""

    __tablename__ = "invoice"
    __grants__ = Grants(insert=True)
    __partner_rows__ = PartnerRows(f"partner = {CURRENT_PARTNER}")
    __table_args__ = (
        sa.UniqueConstraint("series", "number"),
        sa.UniqueConstraint("partner", "period", "currency", "simulated"),
        {"comment": "never changes"},
    )

    name: Mapped[str] = mapped_column(primary_key=True, comment="series and number, `INV-000017`")
    series: Mapped[str]
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … in its series")
    partner: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("partner.key"))
    partner_name: Mapped[str] = mapped_column(comment="as it was then")
    period: Mapped[str] = mapped_column(comment="`2026-10`, in the zone")
    timezone: Mapped[str]
    currency: Mapped[str]
    simulated: Mapped[bool]
    total: Mapped[int] = mapped_column(
        sa.BigInteger, comment="whole minor units; below zero it is owed to them"
    )
    rates: Mapped[str] = mapped_column(comment="JSON: the rates that its lines were priced by")
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    issuer: Mapped[str] = mapped_column(comment="who bills: a name and an address, line by line")


class InvoiceLine(Base):
    """A line of an issued invoice: a ledger entry, or an answered call that cost nothing."""

    __tablename__ = "invoice_line"
    __grants__ = Grants(insert=True)
    __partner_rows__ = PartnerRows(OF_OWN_INVOICE)
    __table_args__ = (
        # No foreign key to the entry: the line is copied from it in one statement, and entries are never deleted.
        sa.UniqueConstraint("entry"),
        {"comment": "never changes"},
    )

    invoice: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("invoice.name"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, comment="1, 2, 3 …")
    entry: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="of the ledger; empty for a call that cost nothing"
    )
    what: Mapped[str] = mapped_column(comment="the type of the entry, or `free`")
    arrived_at: Mapped[datetime | None]
    call: Mapped[str | None]
    kind: Mapped[str]
    center: Mapped[str | None] = mapped_column(comment="its name then")
    talk_seconds: Mapped[int | None]
    caller: Mapped[str | None] = mapped_column(comment="masked")
    amount: Mapped[int] = mapped_column(sa.BigInteger, comment="whole minor units, signed")
    reason: Mapped[str | None]


class InvoiceCheckpoint(Base):
    """The signed head of the evidence log that an invoice has."""

    __tablename__ = "invoice_checkpoint"
    __grants__ = Grants(insert=True)
    __partner_rows__ = PartnerRows(OF_OWN_INVOICE)
    __table_args__ = {"comment": "never changes; it is added a second or two after the invoice"}

    invoice: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("invoice.name"), primary_key=True)
    size: Mapped[int] = mapped_column(
        sa.BigInteger, comment="how many entries it signs; those of the invoice are among them"
    )
    signed_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(comment="C2SP checkpoint, with the time in its cosignature")


class InvoiceDocument(Base):
    """An invoice as it was first printed in one format."""

    __tablename__ = "invoice_document"
    __grants__ = Grants(insert=True)
    __partner_rows__ = PartnerRows(OF_OWN_INVOICE)
    __table_args__ = {"comment": "as it was first printed; printed again it is the same bytes"}

    invoice: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("invoice.name"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True, comment="`pdf`, `csv` or `xlsx`")
    content: Mapped[bytes]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the content")
    printed_at: Mapped[datetime]


class InvoiceDelivery(LeasedTask):
    """An invoice that is to be sent to an address, or was."""

    __tablename__ = "invoice_delivery"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = (
        sa.Index("ix_invoice_delivery_due", "next_attempt_at", postgresql_where=sa.text(DUE)),
        {"comment": "the delivery log"},
    )

    invoice: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("invoice.name"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, comment="1, 2, 3 … each time that it is sent")
    address: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    delivered_at: Mapped[datetime | None] = mapped_column(comment="the mail server took it")
