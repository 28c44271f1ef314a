"""The rotation: seats and their credits, decisions, and lines in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "seat",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="its place in the rotation's arrays, for ever"
        ),
        sa.ForeignKeyConstraint(["center"], ["center.key"], name=op.f("fk_seat_center_center")),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_seat_helpline_helpline")),
        sa.PrimaryKeyConstraint("helpline", "center", name=op.f("pk_seat")),
        sa.UniqueConstraint("helpline", "position", name=op.f("uq_seat_helpline_position")),
    )
    op.create_table(
        "rotation",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the latest decision"),
        sa.Column(
            "credits", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each; sum is zero"
        ),
        sa.Column(
            "last_rung", sa.LargeBinary(), nullable=False, comment="by seat position: its latest decision"
        ),
        sa.Column(
            "day", sa.Text(), nullable=False, comment="the helpline's day that taken_today counts; or empty"
        ),
        sa.Column("taken_today", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each"),
        sa.Column(
            "taken_this_month", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each"
        ),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_rotation_helpline_helpline")),
        sa.PrimaryKeyConstraint("helpline", name=op.f("pk_rotation")),
        comment="one row a helpline, locked by whoever decides",
    )
    op.create_table(
        "lineup",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column(
            "document",
            sa.Text(),
            nullable=False,
            comment="JSON: the seats that may be rung, and why others not",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_lineup")),
        comment="what many decisions have in common, stored once",
    )
    op.create_table(
        "decision",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="1, 2, 3 … in its helpline",
        ),
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="of the record in the evidence log",
        ),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="1, 2, 3 … in its call"),
        sa.Column(
            "for_promise",
            sa.Boolean(),
            nullable=False,
            comment="who owes a return call was decided; nobody was rung",
        ),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="the helpline's day it counts for"),
        sa.Column("directory_version", sa.Integer(), nullable=False),
        sa.Column("lineup", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="of the caller, by area code; empty: unknown, or every seat serves all states",
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "passed_over", sa.Text(), nullable=False, comment="JSON: [center, reason] beyond the lineup's own"
        ),
        sa.Column("center", sa.Text(), nullable=True, comment="who was picked; empty: nobody was eligible"),
        sa.Column("given_back", sa.Boolean(), nullable=False, comment="not accepted: counts for no cap"),
        sa.Column(
            "undone_after",
            sa.BigInteger(),
            nullable=True,
            comment="busy or failed: undone when this was the latest decision",
        ),
        sa.PrimaryKeyConstraint("helpline", "number", name=op.f("pk_decision")),
        sa.UniqueConstraint("call", "attempt", name=op.f("uq_decision_call_attempt")),
        sa.UniqueConstraint("id", name=op.f("uq_decision_id")),
    )
    op.create_table(
        "decision_result",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the decision"),
        sa.Column(
            "what",
            sa.Text(),
            nullable=False,
            comment="`given back`: not accepted; `undone`: busy or failed; `kept`: accepted after all",
        ),
        sa.Column(
            "after", sa.BigInteger(), nullable=False, comment="number of the latest decision at that time"
        ),
        sa.CheckConstraint("what IN ('given back', 'undone', 'kept')", name=op.f("ck_decision_result_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_result")),
        comment="append only",
    )
    op.create_table(
        "center_pause",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True, comment="empty: it was resumed by hand"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="why it pauses, as a call's decision stores it",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_center_pause")),
        comment="append only",
    )
    op.create_table(
        "availability",
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("calls_in_progress", sa.Integer(), nullable=False),
        sa.Column("limit_seen", sa.Integer(), nullable=False, comment="its max_concurrent when last written"),
        sa.Column("paused_until", INSTANT, nullable=True),
        sa.Column(
            "pause_reason",
            sa.Text(),
            nullable=True,
            comment="why it pauses, as a call's decision stores it",
        ),
        sa.Column(
            "missed_since",
            INSTANT,
            nullable=True,
            comment="missed calls before this do not count: taken back by hand",
        ),
        sa.CheckConstraint("calls_in_progress >= 0", name=op.f("ck_availability_no_less_than_none")),
        sa.PrimaryKeyConstraint("center", name=op.f("pk_availability")),
    )
    op.create_index(
        "ix_availability_possibly_unavailable",
        "availability",
        ["center"],
        postgresql_where=sa.text("calls_in_progress >= limit_seen OR paused_until IS NOT NULL"),
    )
    # Rewritten with every decision: to compress them costs more than it saves.
    for column in ("credits", "last_rung", "taken_today", "taken_this_month"):
        op.execute(f"ALTER TABLE rotation ALTER COLUMN {column} SET STORAGE EXTERNAL")
