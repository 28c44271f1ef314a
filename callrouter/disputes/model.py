"""The table of disputes: a partner's objection to a charge, and how it was decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callrouter.database import Instant, metadata

ACCEPTED, IN_PART, REFUSED = "accepted", "in part", "refused"

dispute = sa.Table(
    "dispute",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), nullable=False),
    sa.Column("partner", sa.Text, sa.ForeignKey("partner.key"), nullable=False),
    sa.Column(
        "charge",
        sa.BigInteger,
        sa.ForeignKey("ledger_entry.id"),
        nullable=False,
    ),
    sa.Column(
        "invoice", sa.Text, sa.ForeignKey("invoice.name"), comment="that has the charge; empty: none yet"
    ),
    sa.Column("reason", sa.Text, nullable=False, comment="one of those in disputes/reasons.py"),
    sa.Column("evidence", sa.Text, nullable=False, comment="what the partner says"),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("raised_by", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, comment="`accepted`, `in part` or `refused`; empty while it is open"),
    sa.Column("credited", sa.BigInteger, comment="whole minor units of the charge's currency"),
    sa.Column("note", sa.Text),
    sa.Column("decided_at", Instant),
    sa.Column("decided_by", sa.Text),
    sa.CheckConstraint("decision IN ('accepted', 'in part', 'refused')", name="decision"),
    sa.CheckConstraint(
        "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (note IS NULL)"
        " AND (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (credited IS NULL)",
        name="decided_whole",
    ),
    sa.CheckConstraint("decision <> 'refused' OR credited = 0", name="refused_for_nothing"),
)


def _where(condition: str) -> dict[str, Any]:
    """An index of only these rows, as each database wants to hear it."""
    return {"postgresql_where": sa.text(condition)}


# One objection to a charge at a time.
sa.Index("uq_dispute_open", dispute.c.charge, unique=True, **_where("decision IS NULL"))
sa.Index("ix_dispute_partner", dispute.c.partner, dispute.c.id)
