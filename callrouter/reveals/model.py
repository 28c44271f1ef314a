"""The tables of reveals, and of requests that wait for a second person."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants

APPROVED = "approved"
DECLINED = "declined"
DECISIONS = (APPROVED, DECLINED)


class RevealRequest(Base):
    """A number that somebody wants to see beyond what one person may see alone. Another person decides."""

    __tablename__ = "reveal_request"
    __grants__ = Grants(insert=True, update=("decision", "decided_at", "decided_by", "decision_reason"))
    __table_args__ = (
        sa.CheckConstraint("decision IN ('approved', 'declined')", name="decision"),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)"
            " AND (decision IS NULL) = (decision_reason IS NULL)",
            name="decided",
        ),
        # Nobody is their own second person, whatever the code does.
        sa.CheckConstraint("decided_by <> person", name="second_person"),
        sa.Index("ix_reveal_request_requested_at", "requested_at"),
        {"comment": "numbers that somebody wants to see beyond what one person may see alone"},
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("audit_log.id"), unique=True, comment="that says who asked, and why"
    )
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"))
    purpose: Mapped[str] = mapped_column(comment="which number of the call: `caller` or `return`")
    person: Mapped[str]
    reason: Mapped[str]
    requested_at: Mapped[datetime]
    shown_before: Mapped[int] = mapped_column(comment="numbers shown to the person in the 24 hours before")
    decision: Mapped[str | None] = mapped_column(comment="empty as long as it waits")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision_reason: Mapped[str | None]


class NumberReveal(Base):
    """One showing of a number to one person in one browser. It stands on an entry of the audit log."""

    __tablename__ = "number_reveal"
    __grants__ = Grants(insert=True, update=("shown_at", "not_shown_at", "evidence_position"))
    __table_args__ = (
        # No number is shown before the log has the entry, whatever the code does.
        sa.CheckConstraint("(shown_at IS NULL) = (evidence_position IS NULL)", name="logged_before"),
        sa.CheckConstraint("shown_at IS NULL OR not_shown_at IS NULL", name="one_end"),
        sa.Index("ix_number_reveal_person", "person", "asked_at"),
        # A request is used once; again only where the number was not shown.
        sa.Index(
            "uq_number_reveal_request",
            "request",
            unique=True,
            postgresql_where=sa.text("not_shown_at IS NULL"),
        ),
        {"comment": "who was shown a caller's number; none without its entry in the audit and evidence logs"},
    )

    entry: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("audit_log.id"), primary_key=True, autoincrement=False
    )
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"))
    purpose: Mapped[str] = mapped_column(comment="which number of the call: `caller` or `return`")
    person: Mapped[str]
    browser_hash: Mapped[bytes] = mapped_column(comment="of the browser that asked")
    asked_at: Mapped[datetime]
    request: Mapped[int | None] = mapped_column(
        sa.ForeignKey("reveal_request.number"), comment="that a second person approved"
    )
    shown_at: Mapped[datetime | None] = mapped_column(comment="once")
    not_shown_at: Mapped[datetime | None] = mapped_column(
        comment="when it was given up; the audit log says why"
    )
    evidence_position: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        sa.ForeignKey("evidence_entry.position"),
        comment="of the entry in the evidence log, when the number was shown",
    )
