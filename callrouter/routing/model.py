"""The tables of the rotation: the credits, and every decision with what it was based on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants, PartnerRows


class SeatPosition(Base):
    """A seat's position in the arrays of its helpline's rotation. It never changes."""

    __tablename__ = "seat"
    __grants__ = Grants(insert=True)
    __table_args__ = (sa.UniqueConstraint("helpline", "position"),)

    helpline: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("helpline.key"), primary_key=True)
    center: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("center.key"), primary_key=True)
    position: Mapped[int] = mapped_column(comment="its place in the rotation's arrays, for ever")


class RotationRow(Base):
    """The state of a helpline's rotation. A decision locks it."""

    __tablename__ = "rotation"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {"comment": "one row a helpline, locked by whoever decides"}

    helpline: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("helpline.key"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, comment="of the latest decision")
    credits: Mapped[bytes] = mapped_column(comment="by seat position, 4 bytes each; sum is zero")
    last_rung: Mapped[bytes] = mapped_column(comment="by seat position: its latest decision")
    day: Mapped[str] = mapped_column(comment="the helpline's day that taken_today counts; or empty")
    taken_today: Mapped[bytes] = mapped_column(comment="by seat position, 4 bytes each")
    taken_this_month: Mapped[bytes] = mapped_column(comment="by seat position, 4 bytes each")


class LineupDocument(Base):
    """A lineup, stored once for all decisions that share it."""

    __tablename__ = "lineup"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "what many decisions have in common, stored once"}

    digest: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the document")
    document: Mapped[str] = mapped_column(comment="JSON: the seats that may be rung, and why others not")


class DecisionRow(Base):
    """A decision, with everything it was based on."""

    __tablename__ = "decision"
    # What was decided stays; whether it counts may change.
    __grants__ = Grants(insert=True, update=("given_back", "undone_after"))
    # An attempt has one decision.
    __table_args__ = (sa.UniqueConstraint("call", "attempt"), sa.UniqueConstraint("id"))

    helpline: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 … in its helpline"
    )
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), comment="of the record in the evidence log")
    call: Mapped[str]
    attempt: Mapped[int] = mapped_column(comment="1, 2, 3 … in its call")
    for_promise: Mapped[bool] = mapped_column(comment="who owes a return call was decided; nobody was rung")
    decided_at: Mapped[datetime]
    day: Mapped[str] = mapped_column(comment="the helpline's day it counts for")
    directory_version: Mapped[int]
    lineup: Mapped[str]
    state: Mapped[str] = mapped_column(
        comment="of the caller, by area code; empty: unknown, or every seat serves all states"
    )
    language: Mapped[str]
    passed_over: Mapped[str] = mapped_column(comment="JSON: [center, reason] beyond the lineup's own")
    center: Mapped[str | None] = mapped_column(comment="who was picked; empty: nobody was eligible")
    given_back: Mapped[bool] = mapped_column(comment="not accepted: counts for no cap")
    undone_after: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="busy or failed: undone when this was the latest decision"
    )


class DecisionResult(Base):
    """What became of a decision. Whether it counts for caps, and its credits, follow from these rows."""

    __tablename__ = "decision_result"
    __grants__ = Grants(insert=True)
    __table_args__ = (
        sa.CheckConstraint("what IN ('given back', 'undone', 'kept')", name="what"),
        {"comment": "append only"},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    helpline: Mapped[str]
    number: Mapped[int] = mapped_column(sa.BigInteger, comment="of the decision")
    what: Mapped[str] = mapped_column(
        comment="`given back`: not accepted; `undone`: busy or failed; `kept`: accepted after all"
    )
    after: Mapped[int] = mapped_column(sa.BigInteger, comment="number of the latest decision at that time")


class CenterPause(Base):
    """A pause of a center's seats, or its end by hand."""

    __tablename__ = "center_pause"
    __grants__ = Grants(insert=True)
    __table_args__ = {"comment": "append only"}

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    center: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(comment="empty: it was resumed by hand")
    reason: Mapped[str | None] = mapped_column(comment="why it pauses, as a call's decision stores it")


class Availability(Base):
    """The number of calls that a center has now, and its pause."""

    __tablename__ = "availability"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(
        "center IN (SELECT key FROM center)", "center calls_in_progress paused_until pause_reason"
    )
    __table_args__ = (sa.CheckConstraint("calls_in_progress >= 0", name="no_less_than_none"),)

    center: Mapped[str] = mapped_column(primary_key=True)
    calls_in_progress: Mapped[int]
    limit_seen: Mapped[int] = mapped_column(comment="its max_concurrent when last written")
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(comment="why it pauses, as a call's decision stores it")
    missed_since: Mapped[datetime | None] = mapped_column(
        comment="missed calls before this do not count: taken back by hand"
    )


# Only the few centers that a decision must look at.
POSSIBLY_UNAVAILABLE = sa.or_(
    Availability.calls_in_progress >= Availability.limit_seen, Availability.paused_until.is_not(None)
)
sa.Index("ix_availability_possibly_unavailable", Availability.center, postgresql_where=POSSIBLY_UNAVAILABLE)
