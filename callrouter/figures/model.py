"""The tables of figures: calls by partner, and the totals of days, quarters of an hour, and months of accounts.

Triggers keep the totals (`migrations/first_schema/totals.py`): they add every row that is written to `partner_call`
and to the ledger, and subtract what is changed or deleted. So no code path can bypass them. `recount.py` computes
the same totals from the rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows

NOBODY = ""
"""`partner` and `center` of a call that rang no center"""


class PartnerCall(MappedAsDataclass, Base, kw_only=True):
    """A call as one partner has it."""

    __tablename__ = "partner_call"
    __grants__ = Grants(insert=True, update=True, delete=True)
    # Without what the carrier charges us, and without whether others had a part in the call.
    __partner_rows__ = PartnerRows(
        f"partner = {CURRENT_PARTNER}",
        "call partner center helpline kind day arrived_at simulated caller answered promised kept "
        "wait_seconds talk_seconds",
    )
    __table_args__ = (
        sa.CheckConstraint("is_primary OR (NOT promised AND cost_micros IS NULL)", name="counted_once"),
        sa.CheckConstraint("(cost_micros IS NULL) = (cost_currency IS NULL)", name="cost"),
        # For a partner's invoice.
        sa.Index("ix_partner_call_day", "partner", "day"),
        # A call is counted once.
        sa.Index("uq_partner_call_primary", "call", unique=True, postgresql_where=sa.text("is_primary")),
        {"comment": "written after the calls have ended, from what is stored of them"},
    )

    call: Mapped[str] = mapped_column(primary_key=True)
    partner: Mapped[str] = mapped_column(primary_key=True, comment="empty: nobody was rung")
    center: Mapped[str] = mapped_column(comment="of the partner: that took it, else the first rung")
    helpline: Mapped[str | None] = mapped_column(comment="that the caller dialed, or asked for")
    kind: Mapped[str] = mapped_column(comment="`helpline` or `listing`; empty: no number of ours")
    day: Mapped[str] = mapped_column(comment="of its arrival in the partner's zone, `2026-11-24`")
    arrived_at: Mapped[datetime]
    simulated: Mapped[bool]
    directory_version: Mapped[int] = mapped_column(comment="in force at its arrival")
    caller: Mapped[str] = mapped_column(comment="masked")
    is_primary: Mapped[bool] = mapped_column(comment="the partner with whom the call itself is counted, once")
    answered: Mapped[bool] = mapped_column(comment="on its call")
    promised: Mapped[bool] = mapped_column(comment="the call ended as a promise; of the primary partner only")
    kept: Mapped[bool] = mapped_column(comment="the promise, by this partner's return call")
    outcome: Mapped[str] = mapped_column(comment="of the call")
    wait_seconds: Mapped[int | None] = mapped_column(comment="from the arrival until it was answered")
    talk_seconds: Mapped[int]
    cost_micros: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        default=None,
        comment="what the carrier charges for the call and all its legs; empty: not known (yet)",
    )
    cost_currency: Mapped[str | None] = mapped_column(default=None)


class DayTotal(Base):
    """The sums of one day. Calls are in rows without a currency, money in one row for each currency."""

    __tablename__ = "day_total"
    # Only triggers write it, as the owner of the tables.
    __grants__ = Grants()
    __table_args__ = {"comment": "sums of `partner_call` and `ledger_entry`, kept by triggers"}

    day: Mapped[str] = mapped_column(
        primary_key=True, comment="the partner's: of the call, or that an entry counts for"
    )
    partner: Mapped[str] = mapped_column(primary_key=True)
    center: Mapped[str] = mapped_column(primary_key=True)
    helpline: Mapped[str] = mapped_column(primary_key=True, comment="empty: none")
    kind: Mapped[str] = mapped_column(primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True, comment="of the money; empty: of calls")
    calls: Mapped[int] = mapped_column(sa.BigInteger, comment="each once")
    rung: Mapped[int] = mapped_column(sa.BigInteger, comment="calls that the partner had a part in")
    answered: Mapped[int] = mapped_column(sa.BigInteger)
    promised: Mapped[int] = mapped_column(sa.BigInteger)
    kept: Mapped[int] = mapped_column(sa.BigInteger)
    waits: Mapped[int] = mapped_column(sa.BigInteger, comment="how many are in `wait_seconds`")
    wait_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    talk_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    calls_with_cost: Mapped[int] = mapped_column(
        sa.BigInteger, comment="calls of which the carrier's cost is known"
    )
    cost_micros: Mapped[int] = mapped_column(sa.BigInteger, comment="what the carrier charges for those")
    charged: Mapped[int] = mapped_column(sa.BigInteger, comment="how many charges")
    amount: Mapped[int] = mapped_column(sa.BigInteger, comment="minor units that were entered to be paid")
    credited: Mapped[int] = mapped_column(
        sa.BigInteger, comment="minor units that were taken off; no payments"
    )


DIMENSIONS = tuple(column.name for column in DayTotal.__table__.primary_key)
FIGURES = tuple(column.name for column in DayTotal.__table__.columns if not column.primary_key)


ALL_CALLS = "*"
"""`scope` of the totals of all calls, whatever their helpline. No key of the directory looks like it."""
QUARTER_HOUR = timedelta(minutes=15)
WAIT_BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)
"""seconds: a wait is counted in the first `wait_…` that it does not exceed, a longer one in `wait_more`"""


class QuarterHourTotal(Base):
    """The sums of the calls that arrived in a quarter of an hour; in every time zone, days consist of such quarters."""

    __tablename__ = "quarter_hour_total"
    # Only triggers write it, as the owner of the tables.
    __grants__ = Grants()
    __table_args__ = {"comment": "sums of `partner_call` and of charges, kept by triggers"}

    scope: Mapped[str] = mapped_column(primary_key=True, comment="a helpline; `*`: all calls")
    begins_at: Mapped[datetime] = mapped_column(primary_key=True, comment="of the calls' arrival")
    answered: Mapped[int] = mapped_column(comment="calls by their outcome, each once; the others follow")
    promised: Mapped[int]
    voicemail: Mapped[int]
    abandoned: Mapped[int]
    crisis: Mapped[int]
    unserved: Mapped[int]
    refused: Mapped[int]
    charged: Mapped[int] = mapped_column(comment="calls that have a charge")
    talks: Mapped[int] = mapped_column(comment="calls that are in `talk_seconds`")
    talk_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    wait_5: Mapped[int] = mapped_column(comment="answered after at most 5 seconds; the others follow")
    wait_10: Mapped[int]
    wait_15: Mapped[int]
    wait_20: Mapped[int]
    wait_30: Mapped[int]
    wait_45: Mapped[int]
    wait_60: Mapped[int]
    wait_90: Mapped[int]
    wait_120: Mapped[int]
    wait_180: Mapped[int]
    wait_300: Mapped[int]
    wait_more: Mapped[int]


class AccountMonth(Base):
    """The sums of one type of entries of an account in one month."""

    __tablename__ = "account_month"
    # Only triggers write it, as the owner of the tables.
    __grants__ = Grants()
    __partner_rows__ = PartnerRows(f"partner = {CURRENT_PARTNER}")
    __table_args__ = {"comment": "sums of `ledger_entry`, kept by triggers"}

    partner: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True, comment="`2026-11`")
    entry_type: Mapped[str] = mapped_column(primary_key=True)
    entries: Mapped[int] = mapped_column(sa.BigInteger)
    amount: Mapped[int] = mapped_column(sa.BigInteger, comment="minor units, as the entries have them")
    below_zero: Mapped[int] = mapped_column(
        sa.BigInteger, comment="of the amounts below zero alone, without their sign"
    )


WAITS = (*(f"wait_{seconds}" for seconds in WAIT_BOUNDS), "wait_more")
QUARTER_DIMENSIONS = tuple(column.name for column in QuarterHourTotal.__table__.primary_key)
QUARTER_FIGURES = tuple(
    column.name for column in QuarterHourTotal.__table__.columns if not column.primary_key
)
MONTH_DIMENSIONS = tuple(column.name for column in AccountMonth.__table__.primary_key)
MONTH_FIGURES = tuple(column.name for column in AccountMonth.__table__.columns if not column.primary_key)
