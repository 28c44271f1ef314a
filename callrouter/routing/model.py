"""Tables of the rotation: who is owed what, and every decision with what it was taken from."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Instant, metadata


class SeatPosition(Base):
    """A seat's place in the arrays of its helpline's rotation. It never changes."""

    __tablename__ = "seat"
    __table_args__ = (sa.UniqueConstraint("helpline", "position"),)

    helpline: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("helpline.key"), primary_key=True)
    center: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("center.key"), primary_key=True)
    position: Mapped[int] = mapped_column(comment="its place in the rotation's arrays, for ever")


rotation = sa.Table(
    "rotation",
    metadata,
    sa.Column("helpline", sa.Text, sa.ForeignKey("helpline.key"), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, comment="of the latest decision"),
    sa.Column(
        "credits", sa.LargeBinary, nullable=False, comment="by seat position, 4 bytes each; sum is zero"
    ),
    sa.Column("last_rung", sa.LargeBinary, nullable=False, comment="by seat position: its latest decision"),
    sa.Column("day", sa.Text, nullable=False, comment="the helpline's day that taken_today counts; or empty"),
    sa.Column("taken_today", sa.LargeBinary, nullable=False, comment="by seat position, 4 bytes each"),
    sa.Column("taken_this_month", sa.LargeBinary, nullable=False, comment="by seat position, 4 bytes each"),
    comment="one row a helpline, locked by whoever decides",
)


class LineupDocument(Base):
    """What many decisions have in common, stored once."""

    __tablename__ = "lineup"
    __table_args__ = {"comment": "what many decisions have in common, stored once"}

    digest: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the document")
    document: Mapped[str] = mapped_column(comment="JSON: the seats that may be rung, and why others not")


decision = sa.Table(
    "decision",
    metadata,
    sa.Column("helpline", sa.Text, primary_key=True),
    sa.Column(
        "number", sa.BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 … in its helpline"
    ),
    sa.Column("call", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, comment="1, 2, 3 … in its call"),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("day", sa.Text, nullable=False, comment="the helpline's day it counts for"),
    sa.Column("directory_version", sa.Integer, nullable=False),
    sa.Column("lineup", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column(
        "passed_over", sa.Text, nullable=False, comment="JSON: [center, reason] beyond the lineup's own"
    ),
    sa.Column("center", sa.Text, comment="who was picked; empty: nobody was eligible"),
    sa.Column("given_back", sa.Boolean, nullable=False, comment="not accepted: counts for no cap"),
    sa.Column(
        "undone_after", sa.BigInteger, comment="busy or failed: undone when this was the latest decision"
    ),
    # One decision for one attempt, whatever comes twice.
    sa.UniqueConstraint("call", "attempt"),
)

availability = sa.Table(
    "availability",
    metadata,
    sa.Column("center", sa.Text, primary_key=True),
    sa.Column("calls_in_progress", sa.Integer, nullable=False),
    sa.Column("limit_seen", sa.Integer, nullable=False, comment="its max_concurrent when last written"),
    sa.Column("paused_until", Instant),
    sa.Column("missed_since", Instant, comment="missed calls before this do not count: taken back by hand"),
    sa.CheckConstraint("calls_in_progress >= 0", name="no_less_than_none"),
)
# The few that a decision must know of, among the many that are simply there.
BESET = "calls_in_progress >= limit_seen OR paused_until IS NOT NULL"
sa.Index(
    "ix_availability_beset",
    availability.c.center,
    postgresql_where=sa.text(BESET),
)
