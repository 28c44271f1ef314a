"""Who was shown a caller's number, and who asked a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "reveal_request",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False, comment="that says who asked, and why"),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="which number of the call: `caller` or `return`"
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column(
            "shown_before",
            sa.Integer(),
            nullable=False,
            comment="numbers shown to the person in the 24 hours before",
        ),
        sa.Column("decision", sa.Text(), nullable=True, comment="empty as long as it waits"),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("decision IN ('approved', 'declined')", name=op.f("ck_reveal_request_decision")),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)"
            " AND (decision IS NULL) = (decision_reason IS NULL)",
            name=op.f("ck_reveal_request_decided"),
        ),
        sa.CheckConstraint("decided_by <> person", name=op.f("ck_reveal_request_second_person")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_reveal_request_call_call")),
        sa.ForeignKeyConstraint(["entry"], ["audit_log.id"], name=op.f("fk_reveal_request_entry_audit_log")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reveal_request")),
        sa.UniqueConstraint("entry", name=op.f("uq_reveal_request_entry")),
        comment="numbers that somebody wants to see beyond what one person may see alone",
    )
    op.create_index("ix_reveal_request_requested_at", "reveal_request", ["requested_at"])
    op.create_table(
        "number_reveal",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="which number of the call: `caller` or `return`"
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False, comment="of the browser that asked"),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("request", sa.Integer(), nullable=True, comment="that a second person approved"),
        sa.Column("shown_at", INSTANT, nullable=True, comment="once"),
        sa.Column(
            "not_shown_at", INSTANT, nullable=True, comment="when it was given up; the audit log says why"
        ),
        sa.Column(
            "evidence_position",
            sa.BigInteger(),
            nullable=True,
            comment="of the entry in the evidence log, when the number was shown",
        ),
        sa.CheckConstraint(
            "(shown_at IS NULL) = (evidence_position IS NULL)", name=op.f("ck_number_reveal_logged_before")
        ),
        sa.CheckConstraint("shown_at IS NULL OR not_shown_at IS NULL", name=op.f("ck_number_reveal_one_end")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_number_reveal_call_call")),
        sa.ForeignKeyConstraint(["entry"], ["audit_log.id"], name=op.f("fk_number_reveal_entry_audit_log")),
        sa.ForeignKeyConstraint(
            ["evidence_position"],
            ["evidence_entry.position"],
            name=op.f("fk_number_reveal_evidence_position_evidence_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["request"], ["reveal_request.number"], name=op.f("fk_number_reveal_request_reveal_request")
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_number_reveal")),
        comment="who was shown a caller's number; none without its entry in the audit and evidence logs",
    )
    op.create_index("ix_number_reveal_person", "number_reveal", ["person", "asked_at"])
    op.create_index(
        "uq_number_reveal_request",
        "number_reveal",
        ["request"],
        unique=True,
        postgresql_where=sa.text("not_shown_at IS NULL"),
    )
