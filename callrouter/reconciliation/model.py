"""The tables of reconciliation: the carrier's CDRs, and the differences from ours."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from callrouter.database import Base, Grants

COMPLETED = "completed"
FREE_STATUSES = ("busy", "failed", "no-answer", "canceled")
"""unanswered calls cost nothing"""
OVER = frozenset({COMPLETED, *FREE_STATUSES})


class CarrierCdr(MappedAsDataclass, Base):
    """A call or a leg in the carrier's records."""

    __tablename__ = "carrier_cdr"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {"comment": "no number of anybody"}

    sid: Mapped[str] = mapped_column(primary_key=True, comment="CallSid of a call, or of one of its legs")
    parent: Mapped[str | None] = mapped_column(comment="CallSid of the call that dialed it")
    day: Mapped[str] = mapped_column(comment="the carrier's day, UTC, `2026-11-24`")
    direction: Mapped[str]
    status: Mapped[str]
    seconds: Mapped[int | None]
    cost_micros: Mapped[int | None] = mapped_column(
        sa.BigInteger, default=None, comment="millionths of a unit of the currency; empty at first"
    )
    currency: Mapped[str | None] = mapped_column(default=None)
    read_at: Mapped[datetime] = mapped_column(init=False, compare=False)

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def talked(self) -> bool:
        """Whether somebody or something picked up, and the call has ended."""
        return self.status == COMPLETED


_FREE: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{status}'") for status in FREE_STATUSES]
"""literals, so that a query with this condition can use the index"""
AWAITS_COST = sa.and_(CarrierCdr.cost_micros.is_(None), CarrierCdr.status.not_in(_FREE))
"""whether the call is in progress, or its price is not known yet"""
sa.Index("ix_carrier_cdr_parent", CarrierCdr.parent)
sa.Index("ix_carrier_cdr_day", CarrierCdr.day, CarrierCdr.sid)
sa.Index("ix_carrier_cdr_awaits_cost", CarrierCdr.day, postgresql_where=AWAITS_COST)


class CarrierDifference(Base):
    """One difference between the carrier's CDRs and ours."""

    __tablename__ = "carrier_difference"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = (
        sa.CheckConstraint(
            "(explained_at IS NULL) = (explanation IS NULL)"
            " AND (explained_by IS NULL OR explanation IS NOT NULL)",
            name="explained",
        ),
    )

    day: Mapped[str] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(primary_key=True, comment="of the call, or of the leg, that differs")
    what: Mapped[str] = mapped_column(primary_key=True)
    theirs: Mapped[str | None]
    ours: Mapped[str | None]
    corrected: Mapped[bool] = mapped_column(comment="ours was corrected; the others are for staff")
    found_at: Mapped[datetime]
    call: Mapped[str | None] = mapped_column(
        comment="CallSid of the caller's call that it is about, where that is known"
    )
    explained_by: Mapped[str | None] = mapped_column(
        comment="a person; empty: it was gone when the carrier's records were read again"
    )
    explanation: Mapped[str | None]
    explained_at: Mapped[datetime | None]


UNEXPLAINED = sa.and_(sa.not_(CarrierDifference.corrected), CarrierDifference.explained_at.is_(None))
"""whether a difference needs an explanation; until then, the month of its charge cannot be closed"""
sa.Index("ix_carrier_difference_unexplained", CarrierDifference.call, postgresql_where=UNEXPLAINED)


class ReconciledDay(Base):
    """A day that was fully compared."""

    __tablename__ = "reconciled_day"
    __grants__ = Grants(insert=True, update=True)

    day: Mapped[str] = mapped_column(primary_key=True)
    finished_at: Mapped[datetime] = mapped_column(comment="when it was last compared whole")
    calls: Mapped[int] = mapped_column(comment="of callers, in the carrier's records")
