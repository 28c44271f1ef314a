"""Tables of figures: a call as each partner has it, and what calls and entries of a day come to.

`day_total` is kept by the database itself: the triggers of the migration `0011` add what is written to `partner_call`
and `entry`, and take off what is changed or deleted there, so that no code path gets around it. `recount.py` tells the
same from the rows themselves.
"""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

NOBODY = ""
"""`partner` and `center` of a call for which nobody was rung"""

partner_call = sa.Table(
    "partner_call",
    metadata,
    sa.Column("call", sa.Text, primary_key=True),
    sa.Column("partner", sa.Text, primary_key=True, comment="empty: nobody was rung"),
    sa.Column("center", sa.Text, nullable=False, comment="of the partner: that took it, else the first rung"),
    sa.Column("helpline", sa.Text, comment="that the caller had dialled, or asked for"),
    sa.Column("kind", sa.Text, nullable=False, comment="`helpline` or `listing`; empty: no number of ours"),
    sa.Column("day", sa.Text, nullable=False, comment="of its arrival in the partner's zone, `2026-11-24`"),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("directory_version", sa.Integer, nullable=False, comment="in force at its arrival"),
    sa.Column("caller", sa.Text, nullable=False, comment="masked"),
    sa.Column("home", sa.Boolean, nullable=False, comment="where the call is counted, once"),
    sa.Column("answered", sa.Boolean, nullable=False, comment="on its call"),
    sa.Column(
        "promised", sa.Boolean, nullable=False, comment="the call ended as a promise; where it is counted"
    ),
    sa.Column("kept", sa.Boolean, nullable=False, comment="the promise, by this partner's return call"),
    sa.Column("wait_seconds", sa.Integer, comment="from the arrival until it was answered"),
    sa.Column("talk_seconds", sa.Integer, nullable=False),
    sa.Column(
        "cost_micros",
        sa.BigInteger,
        comment="what the carrier takes for the call and all that was rung for it; empty: not known (yet)",
    ),
    sa.Column("cost_currency", sa.Text),
    sa.CheckConstraint("home OR (NOT promised AND cost_micros IS NULL)", name="counted_once"),
    sa.CheckConstraint("(cost_micros IS NULL) = (cost_currency IS NULL)", name="cost"),
    comment="written behind the calls, from what is stored of them",
)
# A call is counted once.
sa.Index(
    "uq_partner_call_home",
    partner_call.c.call,
    unique=True,
    postgresql_where=sa.text("home"),
)
# A month of a partner: its invoice.
sa.Index("ix_partner_call_day", partner_call.c.partner, partner_call.c.day)

DIMENSIONS = ("day", "partner", "center", "helpline", "kind", "simulated", "currency")
OF_CALLS = ("calls", "rung", "answered", "promised", "kept", "waits", "wait_seconds", "talk_seconds")
OF_MONEY = ("costed", "cost_micros", "charged", "amount", "credited")
FIGURES = OF_CALLS + OF_MONEY

day_total = sa.Table(
    "day_total",
    metadata,
    sa.Column(
        "day", sa.Text, primary_key=True, comment="the partner's: of the call, or that an entry counts for"
    ),
    sa.Column("partner", sa.Text, primary_key=True),
    sa.Column("center", sa.Text, primary_key=True),
    sa.Column("helpline", sa.Text, primary_key=True, comment="empty: none"),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("simulated", sa.Boolean, primary_key=True),
    sa.Column(
        "currency", sa.Text, primary_key=True, comment="of the figures of money; empty: those of calls"
    ),
    sa.Column("calls", sa.BigInteger, nullable=False, comment="each once"),
    sa.Column("rung", sa.BigInteger, nullable=False, comment="calls that the partner had a part in"),
    sa.Column("answered", sa.BigInteger, nullable=False),
    sa.Column("promised", sa.BigInteger, nullable=False),
    sa.Column("kept", sa.BigInteger, nullable=False),
    sa.Column("waits", sa.BigInteger, nullable=False, comment="how many are in `wait_seconds`"),
    sa.Column("wait_seconds", sa.BigInteger, nullable=False),
    sa.Column("talk_seconds", sa.BigInteger, nullable=False),
    sa.Column("costed", sa.BigInteger, nullable=False, comment="calls of which the carrier's cost is known"),
    sa.Column("cost_micros", sa.BigInteger, nullable=False, comment="what the carrier takes for those"),
    sa.Column("charged", sa.BigInteger, nullable=False, comment="how many charges"),
    sa.Column("amount", sa.BigInteger, nullable=False, comment="minor units that were entered to be paid"),
    sa.Column(
        "credited", sa.BigInteger, nullable=False, comment="minor units that were taken off; no payments"
    ),
    comment="sums of `partner_call` and `entry`, kept by triggers",
)
