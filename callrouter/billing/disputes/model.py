"""The table of disputes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows

ACCEPTED, IN_PART, REFUSED = "accepted", "in part", "refused"


class Dispute(Base):
    """A partner's objection to a charge, and the decision about it."""

    __tablename__ = "dispute"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(f"partner = {CURRENT_PARTNER}")
    __table_args__ = (
        sa.CheckConstraint("decision IN ('accepted', 'in part', 'refused')", name="decision"),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (note IS NULL)"
            " AND (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (credited IS NULL)",
            name="decided_whole",
        ),
        sa.CheckConstraint("decision <> 'refused' OR credited = 0", name="refused_for_nothing"),
        # A charge has one open objection at a time.
        sa.Index("uq_dispute_open", "charge", unique=True, postgresql_where=sa.text("decision IS NULL")),
        sa.Index("ix_dispute_partner", "partner", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"))
    partner: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("partner.key"))
    charge: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("ledger_entry.id"))
    invoice: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("invoice.name"), comment="that has the charge; empty: none yet"
    )
    reason: Mapped[str] = mapped_column(comment="one of those in billing/disputes/objection.py")
    evidence: Mapped[str] = mapped_column(comment="what the partner says")
    raised_at: Mapped[datetime]
    raised_by: Mapped[str]
    decision: Mapped[str | None] = mapped_column(
        comment="`accepted`, `in part` or `refused`; empty while it is open"
    )
    credited: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="whole minor units of the charge's currency"
    )
    note: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
